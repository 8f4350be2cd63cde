"""Commands on children who need a suitable form: found in any register, verified by three offices, placed, enrolled."""

from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.errors import InvalidInputError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.known import known
from baoxue_enrollment.application.pupil_register import ChildNotOnRegisterError
from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.child_terms import NotHereError
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.domain.school_zone import SchoolZone
from baoxue_enrollment.domain.special_child import (
    AlreadyFoundError,
    EnrolledError,
    FormNotDecidedError,
    Office,
    SpecialChild,
)
from baoxue_enrollment.special_commands import (
    ApplyForForm,
    DecideForm,
    EnrolSpecialChild,
    FindSpecialChild,
    RecommendForm,
    VerifySpecialChild,
)

OFFICES: dict[str, Office] = {
    "county-education": "county_education",
    "disabled-federation": "disabled_federation",
    "justice": "justice",
}


class NobodyNamedError(InvalidInputError):
    """A child was found, but named neither by its id nor by its ID number, or by both."""


def special_of(child_id: UUID) -> UUID:
    return one_per("special-child", child_id)


def own_office() -> Office:
    """Whose word it is: the actor's, never the body's."""
    return OFFICES[current_acting.get().actor.role]


class SpecialChildren(Application):
    """特殊情形儿童少年."""

    @command
    async def find_special_child(self, command: FindSpecialChild) -> Recorded:
        """NobodyNamedError; ChildNotOnRegisterError; NotHereError; EnrolledError; AlreadyFoundError."""
        child_id = await self._named(command)
        child = await self.load(Child, child_id)
        if child.gone:
            raise NotHereError(child_id=child_id)
        if await known(self, one_per("pupil-record", child_id)):
            raise EnrolledError(available=("set_group",))
        if await known(self, special_of(child_id)):
            raise AlreadyFoundError(available=("verify_special_child",))
        told = self.seal(child_id, SpecialChild.Found.TOPIC, group=command.group, register=own_office())
        facts = (told["group"], told["register"], command.found_on)
        found = SpecialChild(special_of(child_id), child.area, child_id, *facts)
        return await self.save(found, answer={"child_id": str(child_id)})

    async def _named(self, command: FindSpecialChild) -> UUID:
        if (command.child_id is None) == (command.id_number is None):
            raise NobodyNamedError(problem="child_id / id_number")
        if command.id_number is None:
            return command.child_id  # type: ignore[return-value]  # one of both is given
        child_id = await self.sealer.find(command.id_number.upper())
        if child_id is None:
            raise ChildNotOnRegisterError
        return child_id

    @command
    async def verify_special_child(self, child_id: UUID, command: VerifySpecialChild) -> Recorded:
        """AlreadyVerifiedError. The answer tells which offices have verified it."""
        result = f"{'in' if command.in_register else 'not in'} the register; {command.detail}"
        sealed = seal_one(self, child_id, SpecialChild.Verified, "result", result)
        async with self.changing(SpecialChild, special_of(child_id)) as child:
            child.verify(own_office(), sealed, command.verified_on)
            return await self.save(child, answer={"verified": sorted(child.verified)})

    @command
    async def apply_for_form(self, child_id: UUID, command: ApplyForForm) -> Recorded:
        form = seal_one(self, child_id, SpecialChild.FormApplied, "form", command.form)
        async with self.changing(SpecialChild, special_of(child_id)) as child:
            child.apply(form, command.applied_on)
            return await self.save(child)

    @command
    async def recommend_form(self, child_id: UUID, command: RecommendForm) -> Recorded:
        topic = SpecialChild.FormRecommended.TOPIC
        told = self.seal(child_id, topic, form=command.form, assessment=command.assessment)
        async with self.changing(SpecialChild, special_of(child_id)) as child:
            child.recommend(told["form"], told["assessment"], command.recommended_on)
            return await self.save(child)

    @command
    async def decide_form(self, child_id: UUID, command: DecideForm) -> Recorded:
        """NotVerifiedError; NoRecommendationError; AggregateNotFoundError for an unknown school. Nobody is refused."""
        await self.load(SchoolZone, command.school_id)
        told = self.seal(child_id, SpecialChild.FormDecided.TOPIC, form=command.form, ground=command.ground)
        async with self.changing(SpecialChild, special_of(child_id)) as child:
            disabled = await self.sealer.open(child_id, child.group) == "disability"
            child.decide(command.school_id, told["form"], told["ground"], command.decided_on, disabled=disabled)
            return await self.save(child)

    @command
    async def enrol_special_child(self, child_id: UUID, command: EnrolSpecialChild) -> Recorded:
        """FormNotDecidedError; EnrolledError."""
        child = await self.load(SpecialChild, special_of(child_id))
        if child.school_id is None:
            raise FormNotDecidedError(available=("decide_form",))
        record_id = one_per("pupil-record", child_id)
        if await known(self, record_id):
            raise EnrolledError
        facts = (child.area, child_id, child.school_id, command.grade, command.year)
        return await self.save(PupilRecord(record_id, *facts))
