"""A child who needs a suitable form of schooling: found, verified by three offices, its form decided."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Literal, get_args
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError
from baoxue_shared.sealed import Sealed

Office = Literal["county_education", "disabled_federation", "justice"]
SpecialGroup = Literal["disability", "prisoners-child", "juvenile-offender"]
Form = Literal["ordinary-class", "inclusive-class", "special-school", "home-teaching", "custody-teaching"]


class AlreadyFoundError(RefusalError):
    """A child was found a second time; the office verifies it instead."""


class EnrolledError(RefusalError):
    """The child has a pupil record: nothing has to be found a school for."""


class AlreadyVerifiedError(RefusalError):
    """An office verified a child twice."""


class NotVerifiedError(RefusalError):
    """A form was to be decided before all three offices had verified the child."""


class NoRecommendationError(RefusalError):
    """A disabled child's form was to be decided without the expert committee's recommendation."""


class FormNotDecidedError(RefusalError):
    """The child was to be enrolled before county education had decided the form."""


class SpecialChild(Audited):
    """特殊情形儿童少年: the group, the register it stands in and the form are sealed."""

    TOPIC = "enrollment.SpecialChild"

    class Found(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.SpecialChild.Found"
        area: str
        child_id: UUID
        group: Sealed
        register: Sealed  # whose
        found_on: date

    class Verified(Audited.Event):
        TOPIC = "enrollment.SpecialChild.Verified"
        area: str
        child_id: UUID
        office: Office
        result: Sealed
        verified_on: date

    class FormApplied(Audited.Event):
        """By the guardian."""

        TOPIC = "enrollment.SpecialChild.FormApplied"
        area: str
        child_id: UUID
        form: Sealed
        applied_on: date

    class FormRecommended(Audited.Event):
        """By the expert committee; the assessment serves education and rehabilitation only."""

        TOPIC = "enrollment.SpecialChild.FormRecommended"
        area: str
        child_id: UUID
        form: Sealed
        assessment: Sealed
        recommended_on: date

    class FormDecided(Audited.Event):
        """By county education, with ground; again when things change."""

        TOPIC = "enrollment.SpecialChild.FormDecided"
        area: str
        child_id: UUID
        school_id: UUID
        form: Sealed
        ground: Sealed
        decided_on: date

    @event(Found)
    def __init__(self, id: UUID, area: str, child_id: UUID, group: Sealed, register: Sealed, found_on: date) -> None:
        self.area, self.child_id, self.group = area, child_id, group
        self.verified: set[Office] = set()
        self.recommended = False
        self.school_id: UUID | None = None
        self.form: Sealed | None = None

    def verify(self, office: Office, result: Sealed, verified_on: date) -> None:
        """AlreadyVerifiedError."""
        if office in self.verified:
            raise AlreadyVerifiedError(office=office)
        self._verified(self.area, self.child_id, office, result, verified_on)

    @event(Verified)
    def _verified(self, area: str, child_id: UUID, office: Office, result: Sealed, verified_on: date) -> None:
        self.verified.add(office)

    def apply(self, form: Sealed, applied_on: date) -> None:
        self._applied(self.area, self.child_id, form, applied_on)

    @event(FormApplied)
    def _applied(self, area: str, child_id: UUID, form: Sealed, applied_on: date) -> None:
        pass

    def recommend(self, form: Sealed, assessment: Sealed, recommended_on: date) -> None:
        self._recommended(self.area, self.child_id, form, assessment, recommended_on)

    @event(FormRecommended)
    def _recommended(self, area: str, child_id: UUID, form: Sealed, assessment: Sealed, recommended_on: date) -> None:
        self.recommended = True

    def decide(self, school_id: UUID, form: Sealed, ground: Sealed, decided_on: date, *, disabled: bool) -> None:
        """NotVerifiedError; NoRecommendationError."""
        missing = set(get_args(Office)) - self.verified
        if missing:
            raise NotVerifiedError(offices=", ".join(sorted(missing)), available=("verify_special_child",))
        if disabled and not self.recommended:
            raise NoRecommendationError(available=("recommend_form",))
        self._decided(self.area, self.child_id, school_id, form, ground, decided_on)

    @event(FormDecided)
    def _decided(
        self, area: str, child_id: UUID, school_id: UUID, form: Sealed, ground: Sealed, decided_on: date
    ) -> None:
        self.school_id, self.form = school_id, form
