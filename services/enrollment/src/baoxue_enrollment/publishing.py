"""Recorded events to published contracts."""

from uuid import UUID

from baoxue_shared.contracts import enrollment as contracts
from baoxue_shared.contracts.base import Contract
from baoxue_shared.messaging.publishing import Publish, as_contract
from baoxue_shared.privacy.erasure import Erasure
from baoxue_shared.view import Heard

from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.duplicate_candidate import DuplicateCandidate
from baoxue_enrollment.domain.emergency import Emergency
from baoxue_enrollment.domain.enrollment_notice import EnrollmentNotice
from baoxue_enrollment.domain.enrollment_plan import EnrollmentPlan
from baoxue_enrollment.domain.household_survey import HouseholdSurvey
from baoxue_enrollment.domain.imported_register import ImportedRegister
from baoxue_enrollment.domain.lives_elsewhere import LivesElsewhere
from baoxue_enrollment.domain.phantom_pupil import PhantomCheck, PhantomPupil
from baoxue_enrollment.domain.placement import Placement
from baoxue_enrollment.domain.publicity_month import PublicityMonth
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.domain.reconciliation import Reconciliation, ReconciliationClosing
from baoxue_enrollment.domain.record_status import RecordStatus
from baoxue_enrollment.domain.refused_admission import RefusedAdmission
from baoxue_enrollment.domain.refused_leave import RefusedLeave
from baoxue_enrollment.domain.register_check import RegisterCheck
from baoxue_enrollment.domain.register_difference import RegisterDifference
from baoxue_enrollment.domain.school_class import SchoolClass
from baoxue_enrollment.domain.school_year import SchoolYear
from baoxue_enrollment.domain.school_zone import SchoolZone
from baoxue_enrollment.domain.special_child import SpecialChild
from baoxue_enrollment.domain.township_survey import TownshipSurvey
from baoxue_enrollment.domain.village_committee import VillageCommittee


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


def _deferred(event: Child.DeferralApproved, heard: Heard) -> Contract:
    child_id = UUID(heard.originator_id)
    return contracts.DeferralApproved(area=event.area, child_id=child_id, approver=event.approver, until=event.until_on)


def _refused_leave(event: RefusedLeave.Attempted, heard: Heard) -> Contract:
    without_reason = event.leave == "left-other-without-reason"
    contract = contracts.LeftOtherWithoutReason if without_reason else contracts.ForcedLeaveAttempted
    return as_contract(contract)(event, heard)  # type: ignore[return-value]


def _refused_admission(event: RefusedAdmission.TurnedAway, heard: Heard) -> Contract:
    contract = contracts.EntryExamHeld if event.breach == "entry-exam" else contracts.ChildTurnedAway
    return as_contract(contract)(event, heard)  # type: ignore[return-value]


def _transfer_ended(event: RecordStatus.TransferEnded, heard: Heard) -> Contract | None:
    return as_contract(contracts.TransferCompleted)(event, heard) if event.completed else None


def _suspected(event: RegisterDifference.DropoutSuspected, _: Heard) -> Contract:
    return contracts.DropoutSuspected(
        area=event.area,
        child_id=event.child_id,
        school_id=event.at,
        source="reconciliation",
        suspected_on=event.suspected_on,
    )


PUBLISHED: dict[type, Publish] = {
    SchoolYear.Opened: as_contract(contracts.YearOpened, "year_id"),
    SchoolYear.StudyHeld: as_contract(contracts.StudyHeld, "year_id"),
    SchoolYear.PublicityRecorded: as_contract(contracts.PublicityRecorded, "year_id"),
    SchoolYear.SummarySubmitted: as_contract(contracts.SummarySubmitted, "year_id"),
    SchoolYear.PlanAdopted: as_contract(contracts.PlanAdopted, "year_id"),
    SchoolYear.SemesterOpened: _semester_opened,
    SchoolYear.IdentitySearchMade: as_contract(contracts.IdentitySearchMade),
    PublicityMonth.Planned: as_contract(contracts.PublicityPlanMade),
    PublicityMonth.Recorded: as_contract(contracts.PublicityRecorded),
    EnrollmentPlan.FollowedUp: as_contract(contracts.PlanFollowedUp),
    VillageCommittee.Recorded: as_contract(contracts.VillageCommitteeRecorded, "committee_id"),
    VillageCommittee.Dissolved: as_contract(contracts.VillageCommitteeDissolved, "committee_id"),
    SchoolClass.Formed: as_contract(contracts.ClassFormed, "class_id"),
    SchoolClass.Dissolved: as_contract(contracts.ClassDissolved, "class_id"),
    Emergency.Declared: as_contract(contracts.EmergencyDeclared, "emergency_id"),
    Emergency.Ended: as_contract(contracts.EmergencyEnded, "emergency_id"),
    TownshipSurvey.Opened: as_contract(contracts.SurveyOpened),
    TownshipSurvey.Closed: as_contract(contracts.TownshipSurveyClosed),
    HouseholdSurvey.Recorded: as_contract(contracts.HouseholdRecorded, "household_id"),
    HouseholdSurvey.Surveyed: as_contract(contracts.HouseholdSurveyed, "household_id"),
    HouseholdSurvey.ConfirmedByVillage: as_contract(contracts.HouseholdConfirmedByVillage, "household_id"),
    SchoolZone.Drawn: _zone_drawn,
    SchoolZone.Redrawn: _zone_drawn,
    Child.Recorded: as_contract(contracts.ChildRecorded, "child_id"),
    Child.IdentityCorrected: as_contract(contracts.IdentityCorrected, "child_id"),
    Child.IdentityProblemFound: as_contract(contracts.IdentityProblemFound, "child_id"),
    Child.GuardianChanged: as_contract(contracts.GuardianChanged, "child_id"),
    Child.GroupFlagSet: as_contract(contracts.GroupFlagSet, "child_id"),
    Child.GroupFlagCleared: as_contract(contracts.GroupFlagCleared, "child_id"),
    Child.MovedIn: as_contract(contracts.MovedIn, "child_id"),
    Child.MovedAway: as_contract(contracts.MovedAway, "child_id"),
    Child.Died: as_contract(contracts.ChildDied, "child_id"),
    SpecialChild.Found: as_contract(contracts.SpecialChildFound),
    SpecialChild.Verified: as_contract(contracts.SpecialChildVerified),
    SpecialChild.FormDecided: as_contract(contracts.FormOfSchoolingDecided),
    LivesElsewhere.Proven: as_contract(contracts.LivesElsewhereProven),
    LivesElsewhere.Ended: as_contract(contracts.LivesElsewhereEnded),
    DuplicateCandidate.Merged: as_contract(contracts.DuplicateMerged, "pair_id"),
    DuplicateCandidate.Separated: as_contract(contracts.DuplicateSeparated, "pair_id"),
    Placement.ChildPlaced: as_contract(contracts.ChildPlaced),
    Placement.Deviated: as_contract(contracts.PlacementDeviated),
    Placement.Redirected: as_contract(contracts.PlacementRedirected),
    RefusedAdmission.TurnedAway: _refused_admission,
    EnrollmentNotice.Issued: as_contract(contracts.NoticeIssued, "notice_id"),
    EnrollmentNotice.Served: as_contract(contracts.NoticeServed, "notice_id"),
    EnrollmentNotice.Announced: as_contract(contracts.NoticeAnnounced, "notice_id"),
    EnrollmentNotice.Refused: as_contract(contracts.NoticeRefused, "notice_id"),
    EnrollmentNotice.Undeliverable: as_contract(contracts.NoticeUndeliverable, "notice_id"),
    EnrollmentNotice.Revoked: as_contract(contracts.NoticeRevoked, "notice_id"),
    EnrollmentNotice.Reissued: as_contract(contracts.NoticeReissued, "notice_id"),
    PupilRecord.Opened: as_contract(contracts.PupilRecordOpened),
    PupilRecord.CheckedIn: as_contract(contracts.CheckedIn),
    PupilRecord.CheckInMissed: as_contract(contracts.CheckInMissed),
    PupilRecord.CompulsoryCompleted: as_contract(contracts.CompulsoryCompleted),
    RecordStatus.Suspended: as_contract(contracts.Suspended),
    RecordStatus.LeftOther: as_contract(contracts.LeftOther),
    RecordStatus.DropoutMarked: as_contract(contracts.DropoutMarked),
    RecordStatus.WentAway: as_contract(contracts.WentAway),
    RecordStatus.Restored: as_contract(contracts.Restored),
    RecordStatus.TransferRequested: as_contract(contracts.TransferRequested),
    RecordStatus.TransferEnded: _transfer_ended,
    RefusedLeave.Attempted: _refused_leave,
    Child.DeferralApproved: _deferred,
    PupilRecord.Corrected: as_contract(contracts.PupilRecordCorrected),
    ImportedRegister.TownshipCovered: as_contract(contracts.RegisterImported),
    Reconciliation.Made: as_contract(contracts.RegisterReconciled),
    ReconciliationClosing.Closed: as_contract(contracts.ReconciliationClosed),
    RegisterDifference.Found: as_contract(contracts.RegisterDifferenceFound),
    RegisterDifference.Settled: as_contract(contracts.RegisterDifferenceSettled),
    RegisterDifference.DropoutSuspected: _suspected,
    RegisterCheck.AbsenteesListed: as_contract(contracts.RegisterAbsenteesListed),
    RegisterCheck.AbsenceVerified: as_contract(contracts.RegisterAbsenceVerified),
    RegisterCheck.DropoutSuspected: as_contract(contracts.DropoutSuspected),
    PhantomPupil.Found: as_contract(contracts.PhantomPupilFound),
    PhantomPupil.FoundAgain: as_contract(contracts.PhantomPupilFound),
    PhantomPupil.TaughtInFact: as_contract(contracts.TaughtInFact),
    PhantomCheck.Closed: as_contract(contracts.PhantomCheckClosed),
    Erasure.KeysDestroyed: as_contract(contracts.ChildErased),
}
