"""HTTP of the oversight service."""

import json
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from baoxue_shared.duties import Cut
from baoxue_shared.duties.asking import Wanted, paged, told, without_state
from baoxue_shared.duties.pages import explained
from baoxue_shared.errors import NotFoundError
from baoxue_shared.evidence.routes import add_evidence
from baoxue_shared.replay.routes import add_history
from baoxue_shared.service import World
from baoxue_shared.web import Reader, Routes
from baoxue_shared.web.operations import add_operations
from baoxue_shared.web.paging import Limit, Listed, page
from fastapi import FastAPI, Query
from pydantic import AwareDatetime

from baoxue_oversight.alarms import add_alarms
from baoxue_oversight.application import Oversight
from baoxue_oversight.console import add_console
from baoxue_oversight.figures import figures_by_area, figures_of
from baoxue_oversight.views.papers import bulletins_of, findings_of, timeline_of

DutyLimit = Annotated[int, Query(ge=1, le=10_000, description="rows of a page")]
Area = Annotated[str, Query(pattern=r"^\d{0,12}$")]


def create_api(oversight: Oversight, world: World) -> FastAPI:
    """One route per command; queries run inside the reader's reach."""
    routes = Routes("oversight", world)
    store = world.store

    def instant(at: datetime | None) -> datetime:
        return at or world.clock.now()

    async def read_figures(reader: Reader, area: Area = "", at: AwareDatetime | None = None) -> Listed:
        rows = await figures_by_area(store, reader, instant(at), area)
        return {"at": instant(at), "rows": rows, "whole": await figures_of(store, reader, instant(at))}

    async def list_duties(  # noqa: PLR0913, PLR0917 - the parameters of the question
        reader: Reader,
        at: AwareDatetime | None = None,
        by: Literal["recorded", "occurred"] = "recorded",
        county: Area = "",
        area: Area = "",
        state: str = "",
        duty: str = "",
        clause: str = "",
        body: str = "",
        person: str = "",
        child: str = "",
        case: str = "",
        period: str = "",
        after: str = "",
        limit: DutyLimit = 200,
    ) -> Listed:
        """The duties `without` a state stand on the first page; the others are asked with the `at` that it says."""
        wanted, seen = Wanted(duty, clause, area or county, body, person, child, case, period, state), instant(at)
        states = [s for s in await oversight.ledger.states(reader, Cut(seen, by)) if wanted.wants(s)]
        shown, following = paged(states, after, limit)
        catalogue = tuple(oversight.ledger.engine.catalogue)
        without = [] if after else without_state(catalogue, {s.duty_id for s in states}, wanted)
        named = {s.duty_id for s in shown} | {row["duty_id"] for row in without}
        in_words = {duty.id: explained(duty) for duty in catalogue if duty.id in named}
        known = {"at": seen, "by": by, "count": len(states), "next": following}
        return {**known, "rows": told(shown), "without": without, "duties": in_words}

    async def list_findings(reader: Reader, duty: str = "", after: str = "", limit: Limit = 200) -> Listed:
        return page(await findings_of(store, reader, duty, after, limit), limit, "finding_id")

    async def list_bulletins(reader: Reader, after: str = "", limit: Limit = 200) -> Listed:
        return page(await bulletins_of(store, reader, after, limit), limit, "bulletin_id")

    async def read_timeline(child_id: UUID, reader: Reader) -> Listed:
        rows = await timeline_of(store, reader, str(child_id))
        if not rows:
            raise NotFoundError
        await world.read_log.record(reader, child_id, "timeline")
        return {"child_id": child_id, "rows": [{**row, "data": json.loads(str(row["data"]))} for row in rows]}

    routes.command("POST", "/bulletins", oversight.issue_bulletin, status=201)
    routes.command("POST", "/findings/{finding_id}/answer", oversight.answer_finding)
    routes.command("POST", "/findings/{finding_id}/decision", oversight.decide_finding)
    routes.query("/figures", read_figures)
    routes.query("/duties", list_duties)
    routes.query("/findings", list_findings)
    routes.query("/bulletins", list_bulletins)
    routes.query("/children/{child_id}/timeline", read_timeline)
    add_history(routes, oversight)
    add_operations(routes, oversight)
    add_evidence(routes)
    add_alarms(routes, oversight)
    add_console(routes, oversight)
    return routes.api
