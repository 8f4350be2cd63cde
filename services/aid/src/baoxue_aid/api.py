"""HTTP of the aid service."""

from typing import Annotated, Any
from uuid import UUID

from baoxue_shared.access.reach import check_reach
from baoxue_shared.replay.routes import add_history
from baoxue_shared.service import World
from baoxue_shared.web import Reader, Routes
from baoxue_shared.web.operations import add_operations
from fastapi import FastAPI, Query

from baoxue_aid.application import Aid
from baoxue_aid.domain.student_plan import StudentPlan
from baoxue_aid.views.plans import funds_of, measures_of, plans_of

Listed = dict[str, Any]
Limit = Annotated[int, Query(ge=1, le=1000)]


def create_api(aid: Aid, world: World) -> FastAPI:
    """One route per command; queries run inside the reader's reach."""
    routes = Routes("aid", world)
    store = world.store

    async def list_plans(reader: Reader, state: str = "", after: str = "", limit: Limit = 200) -> Listed:
        return _page(await plans_of(store, reader, state, after, limit), limit, "plan_id")

    async def read_plan(plan_id: UUID, reader: Reader) -> Listed:
        plan = await aid.load(StudentPlan, plan_id)
        check_reach(reader, plan)
        await world.read_log.record(reader, plan.child_id, "plan")
        measures = await measures_of(store, reader, "", str(plan_id), "", 1000)
        facts = {"plan_id": plan_id, "child_id": plan.child_id, "cause": plan.cause, "closed": plan.closed}
        return {**facts, "needs": sorted(plan.needs), "version": plan.version, "measures": measures}

    async def list_measures(reader: Reader, state: str = "", after: str = "", limit: Limit = 200) -> Listed:
        return _page(await measures_of(store, reader, state, "", after, limit), limit, "measure_id")

    async def list_funds(reader: Reader) -> Listed:
        return {"rows": await funds_of(store, reader)}

    routes.command("POST", "/plans", aid.open_plan, status=201)
    routes.command("POST", "/plans/{plan_id}/needs", aid.assess_need)
    routes.command("POST", "/plans/{plan_id}/measures", aid.propose_measure)
    routes.command("POST", "/plans/{plan_id}/measures/{measure_id}/approval", aid.approve_measure)
    routes.command("POST", "/plans/{plan_id}/measures/{measure_id}/payment", aid.pay_measure)
    routes.command("POST", "/plans/{plan_id}/closing", aid.close_plan)
    routes.command("POST", "/funds", aid.open_fund, status=201)
    routes.command("POST", "/funds/{fund_id}/appropriations", aid.appropriate_fund)
    routes.query("/plans", list_plans)
    routes.query("/plans/{plan_id}", read_plan)
    routes.query("/measures", list_measures)
    routes.query("/funds", list_funds)
    add_history(routes, aid)
    add_operations(routes, aid)
    return routes.api


def _page(rows: list[Any], limit: int, cursor: str) -> Listed:
    return {"rows": rows, "next": rows[-1][cursor] if len(rows) == limit else None}
