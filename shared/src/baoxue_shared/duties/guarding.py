"""Whether a duty forbids a command, asked before it is decided."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache

import msgspec

from baoxue_shared.command import Command
from baoxue_shared.duties.catalogue import Catalogue, load_catalogue
from baoxue_shared.duties.model import Condition, Duty, Guard
from baoxue_shared.duties.notice import clause_zh
from baoxue_shared.errors import DutyForbidsError


class Forbidden(msgspec.Struct, frozen=True):
    """The duty that a command would breach, and its guard."""

    duty: Duty
    guard: Guard

    def refusal(self) -> DutyForbidsError:
        """It names the duty and quotes its clause."""
        duty, law = self.duty, self.guard.law
        return DutyForbidsError(
            duty=duty.id,
            clause=duty.clause,
            quoted={"zh": f"通知{clause_zh(duty.clause)}", "en": f"Notice § {duty.clause}"},
            text=duty.text,
            title=duty.title,
            law=law or {"zh": "", "en": ""},
        )


class Guards:
    """Every guard of a catalogue, by command."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._duties: dict[str, list[Duty]] = defaultdict(list)
        for duty in catalogue:
            for name in dict.fromkeys(guard.command for variant in duty.variants for guard in variant.guards):
                self._duties[name].append(duty)

    def forbidding(self, command: str, body: Command | None, area: str, day: date) -> Forbidden | None:
        """The first duty in force there and then that forbids it."""
        duties = self._duties.get(command, ())
        facts = body.model_dump(mode="json") if body and duties else {}
        for duty in duties:
            if duty.valid_from <= day <= (duty.valid_to or date.max):
                there = self._catalogue.at(duty, area, day)
                for guard in (guard for variant in there.variants for guard in variant.guards):
                    if guard.command == command and _forbids(guard, facts):
                        return Forbidden(there, guard)
        return None


def _forbids(guard: Guard, facts: Mapping[str, object]) -> bool:
    if guard.when_any and not any(facts.get(field) for field in guard.when_any):
        return False
    if not all(_holds(facts, condition) for condition in guard.when):
        return False
    return not guard.unless or not all(_holds(facts, condition) for condition in guard.unless)


def _holds(facts: Mapping[str, object], condition: Condition) -> bool:
    field, _, value = condition
    return isinstance(value, tuple) and facts.get(field) in value


@cache
def guards() -> Guards:
    """Those of the product's own catalogue."""
    return Guards(load_catalogue())
