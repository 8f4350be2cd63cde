"""A child on the county's registers: who it is, who stands for it, and whether it is still asked for here."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Any
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.sealed import Sealed

from baoxue_enrollment.domain.child_terms import Correction, GroupNotSetError, GuardianRole, NotHereError, Problem
from baoxue_enrollment.domain.personal_data import Identity
from baoxue_enrollment.domain.record_status import Approver


class Child(Audited):
    """适龄儿童少年: in clear only the village of residence and the year of entry."""

    TOPIC = "enrollment.Child"

    class Recorded(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.Child.Recorded"
        class_version = 2
        area: str
        household_id: UUID
        entry_year: int
        identity: Identity

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """More of the identity can be said."""

    class IdentityCorrected(Audited.Event):
        """The whole identity as it is now; what did not change keeps its seal."""

        TOPIC = "enrollment.Child.IdentityCorrected"
        area: str
        entry_year: int
        identity: Identity
        changed: tuple[str, ...]
        ground: Correction
        noted_on: date

    class IdentityProblemFound(Audited.Event):
        TOPIC = "enrollment.Child.IdentityProblemFound"
        area: str
        problem: Problem
        found_on: date

    class GuardianChanged(Audited.Event):
        TOPIC = "enrollment.Child.GuardianChanged"
        area: str
        role: GuardianRole
        identity: Identity
        ground: Sealed
        from_on: date

    class GroupFlagSet(Audited.Event):
        TOPIC = "enrollment.Child.GroupFlagSet"
        area: str
        flag_id: UUID
        group: Sealed
        source: Sealed
        from_on: date
        until_on: date | None

    class GroupFlagCleared(Audited.Event):
        TOPIC = "enrollment.Child.GroupFlagCleared"
        area: str
        flag_id: UUID
        ground: Sealed
        cleared_on: date

    class MovedIn(Audited.Event):
        """`area`: the village where it lives now."""

        TOPIC = "enrollment.Child.MovedIn"
        area: str
        former_area: str
        entry_year: int
        moved_on: date

    class MovedAway(Audited.Event):
        TOPIC = "enrollment.Child.MovedAway"
        area: str
        place: Sealed
        moved_on: date

    class DeferralApproved(Audited.Event):
        """Entry put off for health until a day; without an end: exempt, by a named local basis."""

        TOPIC = "enrollment.Child.DeferralApproved"
        area: str
        approver: Approver
        evidence: Sealed
        from_on: date
        until_on: date | None

    class PlaceRestored(Audited.Event):
        """A place in a school, lapsed before, is due again in the year."""

        TOPIC = "enrollment.Child.PlaceRestored"
        area: str
        year: int
        ground: Sealed
        restored_on: date

    class Died(Audited.Event):
        TOPIC = "enrollment.Child.Died"
        area: str
        proof: Sealed
        died_on: date

    @event(Recorded)
    def __init__(self, id: UUID, area: str, household_id: UUID, entry_year: int, identity: Identity) -> None:
        self.area, self.household_id = area, household_id
        self.entry_year, self.identity = entry_year, identity
        self.gone = False
        self.flags: set[UUID] = set()

    def _refuse_if_gone(self) -> None:
        if self.gone:
            raise NotHereError(child_id=self.id)

    def correct(
        self, area: str, entry_year: int, identity: Identity, changed: tuple[str, ...], ground: Correction, on: date
    ) -> None:
        self._corrected(area, entry_year, identity, changed, ground, on)

    @event(IdentityCorrected)
    def _corrected(
        self,
        area: str,
        entry_year: int,
        identity: Identity,
        changed: tuple[str, ...],
        ground: Correction,
        noted_on: date,
    ) -> None:
        self.area, self.entry_year, self.identity = area, entry_year, identity

    def find_problem(self, problem: Problem, found_on: date) -> None:
        self._problem_found(self.area, problem, found_on)

    @event(IdentityProblemFound)
    def _problem_found(self, area: str, problem: Problem, found_on: date) -> None:
        pass

    def change_guardian(self, role: GuardianRole, identity: Identity, ground: Sealed, from_on: date) -> None:
        self._guardian_changed(self.area, role, identity, ground, from_on)

    @event(GuardianChanged)
    def _guardian_changed(
        self, area: str, role: GuardianRole, identity: Identity, ground: Sealed, from_on: date
    ) -> None:
        self.identity = identity

    def set_group(self, flag_id: UUID, group: Sealed, source: Sealed, from_on: date, until_on: date | None) -> None:
        self._group_set(self.area, flag_id, group, source, from_on, until_on)

    @event(GroupFlagSet)
    def _group_set(
        self, area: str, flag_id: UUID, group: Sealed, source: Sealed, from_on: date, until_on: date | None
    ) -> None:
        self.flags.add(flag_id)

    def clear_group(self, flag_id: UUID, ground: Sealed, cleared_on: date) -> None:
        """GroupNotSetError."""
        if flag_id not in self.flags:
            raise GroupNotSetError(flag_id=flag_id)
        self._group_cleared(self.area, flag_id, ground, cleared_on)

    @event(GroupFlagCleared)
    def _group_cleared(self, area: str, flag_id: UUID, ground: Sealed, cleared_on: date) -> None:
        self.flags.discard(flag_id)

    def move_in(self, village: str, entry_year: int, moved_on: date) -> None:
        """`entry_year`: of the school year in which a place here is due. Also after having moved away."""
        self._moved_in(village, self.area, entry_year, moved_on)

    @event(MovedIn)
    def _moved_in(self, area: str, former_area: str, entry_year: int, moved_on: date) -> None:
        self.area, self.gone = area, False

    def move_away(self, place: Sealed, moved_on: date) -> None:
        """The household register goes with it: this county is asked no more. NotHereError."""
        self._refuse_if_gone()
        self._moved_away(self.area, place, moved_on)

    @event(MovedAway)
    def _moved_away(self, area: str, place: Sealed, moved_on: date) -> None:
        self.gone = True

    def defer(self, approver: Approver, evidence: Sealed, from_on: date, until_on: date | None) -> None:
        """NotHereError."""
        self._refuse_if_gone()
        self._deferred(self.area, approver, evidence, from_on, until_on)

    @event(DeferralApproved)
    def _deferred(self, area: str, approver: Approver, evidence: Sealed, from_on: date, until_on: date | None) -> None:
        pass

    def restore_place(self, year: int, ground: Sealed, restored_on: date) -> None:
        """NotHereError."""
        self._refuse_if_gone()
        self._place_restored(self.area, year, ground, restored_on)

    @event(PlaceRestored)
    def _place_restored(self, area: str, year: int, ground: Sealed, restored_on: date) -> None:
        pass

    def die(self, proof: Sealed, died_on: date) -> None:
        """NotHereError."""
        self._refuse_if_gone()
        self._died(self.area, proof, died_on)

    @event(Died)
    def _died(self, area: str, proof: Sealed, died_on: date) -> None:
        self.gone = True
