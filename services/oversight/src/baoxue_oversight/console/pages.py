"""What each page shows, put together from the ledger inside the reader's reach."""

import json
from collections import Counter
from datetime import date, datetime
from typing import Any

from baoxue_shared.access.reach import SCHOOL_ROLES
from baoxue_shared.actor import Actor
from baoxue_shared.clock import SHANGHAI
from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.divisions import name_of
from baoxue_shared.duties import Cut, DutyState, State
from baoxue_shared.duties.asking import paged
from baoxue_shared.duties.notice import clause_zh

from baoxue_oversight.application import Oversight
from baoxue_oversight.figures import figures_by_area, figures_of
from baoxue_oversight.views.papers import findings_of, timeline_of

Page = dict[str, Any]
PAGE = 500  # lines
OWING = 12  # as many stand on the first page
HEAT = (0, 1, 2, 4)  # missed duties of a township: up to so many per step


class Pages:
    """`at` is the instant looked from, by what was recorded then."""

    def __init__(self, oversight: Oversight) -> None:
        self._oversight, self._store = oversight, oversight.store
        self._titles = {duty.id: duty.title for duty in oversight.ledger.engine.catalogue}

    async def overview(self, reader: Actor, at: datetime) -> Page:
        """Figures, townships, who owes, duties by kind."""
        states = await self._oversight.ledger.states(reader, Cut(at))
        names = await self._names()
        missed = [s for s in states if s.state is State.MISSED]
        return {
            "whole": await figures_of(self._store, reader, at),
            "townships": await self._townships(reader, at, missed),
            "owing": [self._line(s, names, at) for s in sorted(missed, key=_due)[:OWING]],
            "missed": len(missed),
            "kinds": self._kinds(states),
        }

    async def duties(self, reader: Actor, at: datetime, state: str, area: str, after: str) -> Page:
        """The duty ledger, filtered, page by page."""
        states = await self._oversight.ledger.states(reader, Cut(at))
        names = await self._names()
        shown = [s for s in states if state in {"", s.state.value} and s.area.startswith(area)]
        here, following = paged(shown, after, PAGE)
        lines = [self._line(s, names, at) for s in here]
        counts = Counter(s.state.value for s in states)
        return {"lines": lines, "counts": counts, "state": state, "area": area, "next": following}

    async def findings(self, reader: Actor) -> Page:
        names = await self._names()
        rows = await findings_of(self._store, reader, limit=1000)
        lines = [
            {
                **row,
                "title": self._titles.get(str(row["duty_id"]), {}),
                "bearer_name": _named(str(row["bearer"]), names),
            }
            for row in rows
        ]
        return {"lines": sorted(lines, key=lambda line: (str(line["raised_on"]), str(line["concerns"])))}

    async def timeline(self, reader: Actor, child_id: str) -> Page:
        """All services' facts about one child."""
        found = await timeline_of(self._store, reader, child_id)
        rows = sorted(found, key=lambda row: (str(row["recorded_at"]), SERVICES.index(str(row["publisher"]))))
        return {"child_id": child_id, "lines": [_fact(row) for row in rows]}

    async def _names(self) -> dict[str, str]:
        """Schools' names, which are public."""
        rows = await self._store.fetch("select data from ledger_facts where kind = 'ZoneDrawn'")
        zones = [json.loads(str(row["data"])) for row in rows]
        return {zone["school_id"]: zone["name"] for zone in zones}

    async def _townships(self, reader: Actor, at: datetime, missed: list[DutyState]) -> list[Page]:
        if reader.role in SCHOOL_ROLES:
            return []
        owed = Counter(s.area[:9] for s in missed)
        rows = {str(row["area"]): row for row in await figures_by_area(self._store, reader, at)}
        return [
            {
                "code": code,
                "name": name_of(code),
                "owed": owed[code],
                "heat": _heat(owed[code]),
                "figures": rows.get(code),
            }
            for code in sorted({*rows, *owed})
            if len(code) == 9  # noqa: PLR2004 - a township's code
        ]

    def _kinds(self, states: list[DutyState]) -> list[Page]:
        found: dict[str, Counter[str]] = {}
        for state in states:
            found.setdefault(state.duty_id, Counter())[state.state.value] += 1
        return [
            {"duty_id": duty_id, "title": self._titles[duty_id], "counts": counts, "total": counts.total()}
            for duty_id, counts in found.items()
        ]

    def _line(self, state: DutyState, names: dict[str, str], at: datetime) -> Page:
        today = at.astimezone(SHANGHAI).date()
        overdue = (today - state.due_on).days if state.state is State.MISSED and state.due_on else 0
        return {
            "duty_id": state.duty_id,
            "title": self._titles[state.duty_id],
            "clause": clause_zh(state.clause),
            "bearer": _named(state.bearer, names),
            "concerns": "；".join(_named(part.partition("=")[2], names) for part in state.key.split("/")),
            "state": state.state.value,
            "due_on": state.due_on,
            "overdue": overdue,
            "progress": f"{state.done} / {state.total}",
            "missing": state.missing[:3],
            "persons": state.persons,
            "late": state.recorded_late,
        }


def _due(state: DutyState) -> date:
    return state.due_on or date.max


def _heat(owed: int) -> int:
    return next((step for step, most in enumerate(HEAT) if owed <= most), len(HEAT))


def _named(code: str, names: dict[str, str]) -> str:
    return names.get(code) or name_of(code)


def _fact(row: Page) -> Page:
    times = {
        name: datetime.fromisoformat(str(row[name])).astimezone(SHANGHAI) for name in ("recorded_at", "occurred_at")
    }
    data = json.loads(str(row["data"]))
    details = {n: v for n, v in data.items() if not n.endswith("_id") and n != "area" and v is not None}
    late = (times["recorded_at"].date() - times["occurred_at"].date()).days
    return {**row, **times, "details": details, "late": late, "system": str(row["role"]) == "system"}
