"""HTTP of the aid service."""

from uuid import UUID

from baoxue_shared.access.reach import check_reach
from baoxue_shared.evidence.routes import add_evidence
from baoxue_shared.history.application import AggregateNotFoundError
from baoxue_shared.history.store import Record
from baoxue_shared.privacy.sealer import Sealer
from baoxue_shared.replay.routes import add_history
from baoxue_shared.service import World
from baoxue_shared.web import Reader, Routes
from baoxue_shared.web.operations import add_operations
from baoxue_shared.web.paging import Limit, Listed, page
from fastapi import FastAPI
from msgspec import to_builtins

from baoxue_aid.application import Aid
from baoxue_aid.domain.student_plan import StudentPlan
from baoxue_aid.views.plans import fund_with, funds_of, measures_of, plans_of

NAMED = frozenset({"school", "teacher", "township", "county-education", "county-education-2"})


def create_api(aid: Aid, world: World) -> FastAPI:
    """One route per command; queries run inside the reader's reach."""
    routes = Routes("aid", world)
    store = world.store

    async def list_plans(reader: Reader, state: str = "", after: str = "", limit: Limit = 200) -> Listed:
        return page(await plans_of(store, reader, state, after, limit), limit, "plan_id")

    async def read_plan(plan_id: UUID, reader: Reader) -> Listed:
        plan = await aid.load(StudentPlan, plan_id)
        check_reach(reader, plan)
        await world.read_log.record(reader, plan.child_id, "plan")
        facts = {"plan_id": plan_id, "child_id": plan.child_id, "cause": plan.cause, "closed": plan.closed}
        needs = await _needs(world.sealer, plan) if reader.role in NAMED else [{"dimension": d} for d in plan.needs]
        measures = [{"measure_id": id, "state": m.state, **to_builtins(m)} for id, m in plan.measures.items()]
        return {**facts, "needs": needs, "version": plan.version, "measures": measures}

    async def list_measures(reader: Reader, state: str = "", after: str = "", limit: Limit = 200) -> Listed:
        return page(await measures_of(store, reader, state, after, limit), limit, "measure_id")

    async def list_funds(reader: Reader) -> Listed:
        return {"rows": await funds_of(store, reader)}

    async def read_fund(fund_id: UUID, reader: Reader) -> Record:
        fund = await fund_with(store, reader, str(fund_id))
        if fund is None:
            raise AggregateNotFoundError(id=fund_id)
        return fund

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
    routes.query("/funds/{fund_id}", read_fund)
    add_history(routes, aid)
    add_operations(routes, aid)
    add_evidence(routes)
    return routes.api


async def _needs(sealer: Sealer, plan: StudentPlan) -> list[Listed]:
    """What was found, opened."""
    return [{"dimension": d, "found": await sealer.open(plan.child_id, found)} for d, found in plan.needs.items()]
