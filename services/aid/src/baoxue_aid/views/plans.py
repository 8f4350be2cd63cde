"""Plans with their measures, and funds with what is left."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_aid.domain.fund import Fund
from baoxue_aid.domain.student_plan import StudentPlan

_MEASURE = "update measure_list set state = :state where measure_id = :id"


class PlanList(View):
    """一生一案, as a list."""

    name = "plan_list"
    tables = (
        "create table if not exists plan_list (plan_id text primary key, child_id text not null, area text not null,"
        " school_id text not null, case_id text not null, cause text not null, state text not null,"
        " opened_on text not null, version integer not null)",
        "create table if not exists measure_list (measure_id text primary key, plan_id text not null,"
        " child_id text not null, area text not null, school_id text not null, kind text not null,"
        " amount bigint not null, period text not null, state text not null)",
        "create table if not exists fund_list (fund_id text primary key, area text not null, source text not null,"
        " budget_year integer not null, appropriated bigint not null, paid bigint not null, version integer not null)",
    )

    @on(StudentPlan.Opened, StudentPlan.Reopened)
    def opened(self, e: StudentPlan.Opened | StudentPlan.Reopened, heard: Heard) -> Statement:
        return sql(
            "insert into plan_list (plan_id, child_id, area, school_id, case_id, cause, state, opened_on, version)"
            " values (:id, :child, :area, :school, :case, :cause, 'open', :day, :version)"
            " on conflict (plan_id) do update set state = 'open', case_id = excluded.case_id, cause = excluded.cause,"
            " version = excluded.version",
            id=heard.originator_id,
            child=str(e.child_id),
            area=e.area,
            school=str(e.school_id),
            case=str(e.case_id),
            cause=e.cause,
            day=e.opened_on.isoformat(),
            version=e.originator_version,
        )

    @on(StudentPlan.NeedAssessed)
    def assessed(self, e: StudentPlan.NeedAssessed, heard: Heard) -> Statement:
        return _moved(heard, e, "state = 'assessed'")

    @on(StudentPlan.MeasureProposed)
    def proposed(self, e: StudentPlan.MeasureProposed, heard: Heard) -> list[Statement]:
        new = sql(
            "insert into measure_list values (:id, :plan, :child, :area, :school, :kind, :amount, :period, 'proposed')"
            " on conflict do nothing",
            id=str(e.measure_id),
            plan=heard.originator_id,
            child=str(e.child_id),
            area=e.area,
            school=str(e.school_id),
            kind=e.kind,
            amount=e.amount,
            period=e.period,
        )
        return [new, _moved(heard, e)]

    @on(StudentPlan.MeasureApproved)
    def approved(self, e: StudentPlan.MeasureApproved, heard: Heard) -> list[Statement]:
        return [sql(_MEASURE, state="approved", id=str(e.measure_id)), _moved(heard, e)]

    @on(StudentPlan.MeasurePaid)
    def paid(self, e: StudentPlan.MeasurePaid, heard: Heard) -> list[Statement]:
        return [sql(_MEASURE, state="paid", id=str(e.measure_id)), _moved(heard, e)]

    @on(StudentPlan.Closed)
    def closed(self, e: StudentPlan.Closed, heard: Heard) -> Statement:
        return _moved(heard, e, "state = 'closed'")

    @on(Fund.Opened)
    def fund_opened(self, e: Fund.Opened, heard: Heard) -> Statement:
        return sql(
            "insert into fund_list values (:id, :area, :source, :year, 0, 0, 1) on conflict do nothing",
            id=heard.originator_id,
            area=e.area,
            source=e.source,
            year=e.budget_year,
        )

    @on(Fund.Appropriated, Fund.MoneyPaid)
    def money_moved(self, e: Fund.Appropriated | Fund.MoneyPaid, heard: Heard) -> Statement:
        column = "appropriated" if isinstance(e, Fund.Appropriated) else "paid"
        return sql(
            f"update fund_list set {column} = {column} + :amount, version = :version"
            " where fund_id = :id and version < :version",
            amount=e.amount,
            version=e.originator_version,
            id=heard.originator_id,
        )


def _moved(heard: Heard, event: StudentPlan.Event, change: str = "state = state") -> Statement:
    text = f"update plan_list set version = :version, {change} where plan_id = :id"
    return sql(text, version=event.originator_version, id=heard.originator_id)


async def plans_of(store: Store, reader: Actor, state: str, after: str, limit: int) -> list[Record]:
    """In order of id."""
    return await ask(
        store,
        reader,
        "select plan_id, child_id, area, school_id, case_id, cause, state, opened_on, version from plan_list"
        " where {scope} and state like :state and plan_id > :after order by plan_id limit :limit",
        state=state or "%",
        after=after,
        limit=limit,
    )


async def measures_of(store: Store, reader: Actor, state: str, after: str, limit: int) -> list[Record]:
    """In order of id; amounts in fen."""
    return await ask(
        store,
        reader,
        "select measure_id, plan_id, child_id, area, school_id, kind, amount, period, state from measure_list"
        " where {scope} and state like :state and measure_id > :after order by measure_id limit :limit",
        state=state or "%",
        after=after,
        limit=limit,
    )


_FUNDS = (
    "select fund_id, area, source, budget_year, appropriated, paid, appropriated - paid as available, version"
    " from fund_list where {scope}"
)


async def funds_of(store: Store, reader: Actor) -> list[Record]:
    """Money in fen."""
    return await ask(store, reader, f"{_FUNDS} order by budget_year, source")


async def fund_with(store: Store, reader: Actor, fund_id: str) -> Record | None:
    """None if there is no such fund in the reader's reach."""
    rows = await ask(store, reader, f"{_FUNDS} and fund_id = :id", id=fund_id)
    return rows[0] if rows else None
