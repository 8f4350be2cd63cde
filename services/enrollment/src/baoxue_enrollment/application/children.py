"""Commands on one child: corrections, guardians, special groups, moves, death."""

from datetime import date
from uuid import UUID, uuid4

import msgspec
from baoxue_shared.command import Recorded
from baoxue_shared.errors import InvalidInputError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.privacy.sealer import ERASED, ErasedChildError
from baoxue_shared.sealed import Sealed

from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.child_commands import (
    ChangeGuardian,
    ClearGroup,
    CorrectIdentity,
    FindIdentityProblem,
    MoveAway,
    MoveIn,
    RecordDeath,
    SetGroup,
)
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.child_terms import NumberTakenError
from baoxue_enrollment.domain.entry_age import entry_year
from baoxue_enrollment.domain.id_number import read_id_number
from baoxue_enrollment.domain.personal_data import Identity

MARCH = 3


class NothingToCorrectError(InvalidInputError):
    """A correction named nothing that is different."""


class ContradictionError(InvalidInputError):
    """Birth date or sex do not fit the ID number."""


def year_of_work(day: date) -> int:
    """From March on the work is for the school year that begins in September."""
    return day.year if day.month >= MARCH else day.year - 1


class Children(Application):
    """适龄儿童少年."""

    @command
    async def correct_identity(self, child_id: UUID, command: CorrectIdentity) -> Recorded:
        """NothingToCorrectError; ContradictionError; WrongIdNumberError; NumberTakenError; ErasedChildError."""
        async with self.changing(Child, child_id) as child:
            now = await self._opened(child)
            wanted = {**now, **_named(command)}
            number = read_id_number(wanted["id_number"]) if wanted.get("id_number") else None
            if number and command.id_number:  # what the number says holds, unless something else was said
                wanted["born_on"] = str(command.born_on or number.born_on)
                wanted["sex"] = command.sex or number.sex
            if number and (number.born_on.isoformat(), number.sex) != (wanted["born_on"], wanted["sex"]):
                raise ContradictionError(problem="出生日期或性别与身份证号不符")
            changed = {name: text for name, text in wanted.items() if now.get(name) != text}
            area = command.village or child.area
            if not changed and area == child.area:
                raise NothingToCorrectError(problem="与现有记录相同")
            if "id_number" in changed and await self.sealer.claim(wanted["id_number"], child_id) != child_id:
                raise NumberTakenError(available=("search_duplicates",))
            sealed = self.seal(child_id, Child.IdentityCorrected.TOPIC, **changed)
            identity = msgspec.structs.replace(child.identity, **sealed)
            year = entry_year(date.fromisoformat(wanted["born_on"]))
            names = (*sorted(changed), *(("village",) if area != child.area else ()))
            child.correct(area, year, identity, names, command.ground, command.noted_on)
            return await self.save(child, answer={"changed": list(names)})

    async def _opened(self, child: Child) -> dict[str, str]:
        """ErasedChildError."""
        names = ("name", "sex", "born_on", "id_number")
        sealed = {name: box for name in names if (box := getattr(child.identity, name)) is not None}
        opened = {name: await self.sealer.open(child.id, box) for name, box in sealed.items()}
        if ERASED in opened.values():
            raise ErasedChildError(child_id=child.id)
        return opened

    @command
    async def find_identity_problem(self, child_id: UUID, command: FindIdentityProblem) -> Recorded:
        async with self.changing(Child, child_id) as child:
            child.find_problem(command.problem, command.found_on)
            return await self.save(child)

    @command
    async def change_guardian(self, child_id: UUID, command: ChangeGuardian) -> Recorded:
        """The former one stays on record."""
        async with self.changing(Child, child_id) as child:
            plain = {"name": command.name, "phone": command.phone, "relation": command.relation}
            named = {f"{command.role}_{name}": text for name, text in plain.items()}
            given = {name: text for name, text in named.items() if text is not None}
            topic = Child.GuardianChanged.TOPIC
            sealed: dict[str, Sealed | None] = {**dict.fromkeys(named), **self.seal(child_id, topic, **given)}
            identity: Identity = msgspec.structs.replace(child.identity, **sealed)
            ground = seal_one(self, child_id, Child.GuardianChanged, "ground", command.ground)
            child.change_guardian(command.role, identity, ground, command.from_on)
            return await self.save(child)

    @command
    async def set_group(self, child_id: UUID, command: SetGroup) -> Recorded:
        """The answer's `flag_id` is what clears it."""
        async with self.changing(Child, child_id) as child:
            flag_id = uuid4()
            facts = self.seal(child_id, Child.GroupFlagSet.TOPIC, group=command.group, source=command.source)
            child.set_group(flag_id, facts["group"], facts["source"], command.from_on, command.until_on)
            return await self.save(child, answer={"flag_id": str(flag_id)})

    @command
    async def clear_group(self, child_id: UUID, command: ClearGroup) -> Recorded:
        """GroupNotSetError."""
        async with self.changing(Child, child_id) as child:
            ground = seal_one(self, child_id, Child.GroupFlagCleared, "ground", command.ground)
            child.clear_group(command.flag_id, ground, command.cleared_on)
            return await self.save(child)

    @command
    async def record_move_in(self, child_id: UUID, command: MoveIn) -> Recorded:
        """A place in a school is due from then on."""
        async with self.changing(Child, child_id) as child:
            child.move_in(command.village, year_of_work(command.moved_on), command.moved_on)
            return await self.save(child)

    @command
    async def record_move_away(self, child_id: UUID, command: MoveAway) -> Recorded:
        """NotHereError."""
        async with self.changing(Child, child_id) as child:
            child.move_away(seal_one(self, child_id, Child.MovedAway, "place", command.place), command.moved_on)
            return await self.save(child)

    @command
    async def record_death(self, child_id: UUID, command: RecordDeath) -> Recorded:
        """NotHereError."""
        async with self.changing(Child, child_id) as child:
            child.die(seal_one(self, child_id, Child.Died, "proof", command.proof), command.died_on)
            return await self.save(child)


def _named(command: CorrectIdentity) -> dict[str, str]:
    """Fields that the correction names, as they are sealed."""
    given = {"name": command.name, "sex": command.sex, "born_on": command.born_on, "id_number": command.id_number}
    return {name: str(value).upper() if name == "id_number" else str(value) for name, value in given.items() if value}
