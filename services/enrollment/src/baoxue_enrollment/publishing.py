"""Recorded events to published contracts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from baoxue_shared.contracts import enrollment as contracts
from baoxue_shared.contracts.base import Contract
from baoxue_shared.privacy.erasure import Erasure
from baoxue_shared.view import Heard

from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.enrollment_notice import EnrollmentNotice
from baoxue_enrollment.domain.household_survey import HouseholdSurvey
from baoxue_enrollment.domain.placement import Placement
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.domain.school_year import SchoolYear
from baoxue_enrollment.domain.school_zone import SchoolZone
from baoxue_enrollment.domain.township_survey import TownshipSurvey

Publish = Callable[[Any, Heard], Contract | None]


def _as(contract: type[Contract], **given: str) -> Publish:
    """The contract's fields of the same names; `given` names the one that is the aggregate's own id."""

    def publish(event: Any, heard: Heard) -> Contract:  # noqa: ANN401 - any recorded event
        facts = {name: getattr(event, name) for name in contract.model_fields if hasattr(event, name)}
        facts |= {name: UUID(getattr(heard, source)) for name, source in given.items()}
        return contract(**facts)

    return publish


def _semester_opened(event: SchoolYear.SemesterOpened, heard: Heard) -> Contract:
    s = event.semester
    return contracts.SemesterOpened(
        area=event.area,
        year_id=UUID(heard.originator_id),
        semester=s.semester,
        opens_on=s.opens_on,
        midpoint_on=s.midpoint_on,
        ends_on=s.ends_on,
    )


def _zone_drawn(event: SchoolZone.Drawn | SchoolZone.Redrawn, heard: Heard) -> Contract:
    return contracts.ZoneDrawn(
        area=event.area,
        school_id=UUID(heard.originator_id),
        name=event.name,
        stage=event.stage,
        kind=event.kind,
        township=event.area,
        villages=event.villages,
    )


_YEAR = {"year_id": "originator_id"}
_HOUSEHOLD = {"household_id": "originator_id"}
_NOTICE = {"notice_id": "originator_id"}

PUBLISHED: dict[type, Publish] = {
    SchoolYear.Opened: _as(contracts.YearOpened, **_YEAR),
    SchoolYear.StudyHeld: _as(contracts.StudyHeld, **_YEAR),
    SchoolYear.PublicityRecorded: _as(contracts.PublicityRecorded, **_YEAR),
    SchoolYear.SummarySubmitted: _as(contracts.SummarySubmitted, **_YEAR),
    SchoolYear.PlanAdopted: _as(contracts.PlanAdopted, **_YEAR),
    SchoolYear.SemesterOpened: _semester_opened,
    TownshipSurvey.Opened: _as(contracts.SurveyOpened),
    TownshipSurvey.Closed: _as(contracts.TownshipSurveyClosed),
    HouseholdSurvey.Recorded: _as(contracts.HouseholdRecorded, **_HOUSEHOLD),
    HouseholdSurvey.Surveyed: _as(contracts.HouseholdSurveyed, **_HOUSEHOLD),
    HouseholdSurvey.ConfirmedByVillage: _as(contracts.HouseholdConfirmedByVillage, **_HOUSEHOLD),
    SchoolZone.Drawn: _zone_drawn,
    SchoolZone.Redrawn: _zone_drawn,
    Child.Recorded: _as(contracts.ChildRecorded, child_id="originator_id"),
    Placement.ChildPlaced: _as(contracts.ChildPlaced),
    EnrollmentNotice.Issued: _as(contracts.NoticeIssued, **_NOTICE),
    EnrollmentNotice.Served: _as(contracts.NoticeServed, **_NOTICE),
    PupilRecord.Opened: _as(contracts.PupilRecordOpened),
    PupilRecord.CheckedIn: _as(contracts.CheckedIn),
    PupilRecord.CheckInMissed: _as(contracts.CheckInMissed),
    Erasure.KeysDestroyed: _as(contracts.ChildErased),
}
