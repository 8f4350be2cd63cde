"""Runs that compared registers, and their differences until each is settled."""
# ruff: noqa: ISC004 - a table definition stands over several lines

import msgspec
from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.reconciliation import Reconciliation, ReconciliationClosing
from baoxue_enrollment.domain.register_difference import RegisterDifference


class ReconciliationList(View):
    name = "reconciliations"
    tables = (
        "create table if not exists reconciliation_list (run_id text primary key, area text not null,"
        " kind text not null, rule text not null, year integer not null, inputs text not null, counts text not null,"
        " made_by text not null, made_at text not null)",
        "create table if not exists closing_list (run_id text not null, area text not null, level text not null,"
        " closed_on text not null, primary key (run_id, area))",
        "create table if not exists difference_list (difference_id text primary key, run_id text not null,"
        " area text not null, school_id text, child_id text, outcome text not null, left_row text not null,"
        " right_row text not null, owner text not null, due_on text not null, found_at text not null, how text,"
        " settled_on text, settled_at text, detail text)",
        "create index if not exists difference_list_by_run on difference_list (run_id, outcome)",
        "create index if not exists difference_list_by_outcome on difference_list (outcome, area)",
    )

    @on(Reconciliation.Made)
    def made(self, e: Reconciliation.Made, heard: Heard) -> Statement:
        inputs = [i if i.sha256 else msgspec.structs.replace(i, sha256=e.record_sha256) for i in e.inputs]
        return sql(
            "insert into reconciliation_list values (:run, :area, :kind, :rule, :year, :inputs, :counts, :by, :at)"
            " on conflict do nothing",
            run=str(e.run_id),
            area=e.area,
            kind=e.kind,
            rule=e.rule,
            year=e.year,
            inputs=msgspec.json.encode(inputs).decode(),
            counts=msgspec.json.encode(e.counts).decode(),
            by=heard.actor,
            at=heard.recorded_at.isoformat(),
        )

    @on(ReconciliationClosing.Closed)
    def closed(self, e: ReconciliationClosing.Closed, _: Heard) -> Statement:
        return sql(
            "insert into closing_list values (:run, :area, :level, :day) on conflict do nothing",
            run=str(e.run_id),
            area=e.area,
            level=e.level,
            day=e.closed_on.isoformat(),
        )

    @on(RegisterDifference.Found)
    def found(self, e: RegisterDifference.Found, heard: Heard) -> Statement:
        return sql(
            "insert into difference_list (difference_id, run_id, area, school_id, child_id, outcome, left_row,"
            " right_row, owner, due_on, found_at) values (:id, :run, :area, :school, :child, :outcome, :left_row,"
            " :right_row, :owner, :due, :at) on conflict do nothing",
            id=str(e.difference_id),
            run=str(e.run_id),
            area=e.area,
            school=str(e.school_id) if e.school_id else None,
            child=str(e.child_id) if e.child_id else None,
            outcome=e.outcome,
            left_row=e.left,
            right_row=e.right,
            owner=e.owner,
            due=e.due_on.isoformat(),
            at=heard.recorded_at.isoformat(),
        )

    @on(RegisterDifference.Assigned)
    def assigned(self, e: RegisterDifference.Assigned, _: Heard) -> Statement:
        change = "update difference_list set owner = :owner, due_on = :due where difference_id = :id"
        return sql(change, owner=e.owner, due=e.due_on.isoformat(), id=str(e.difference_id))

    @on(RegisterDifference.Settled)
    def settled(self, e: RegisterDifference.Settled, heard: Heard) -> Statement:
        return sql(
            "update difference_list set how = :how, settled_on = :day, settled_at = :at, detail = :detail"
            " where difference_id = :id",
            how=e.how,
            day=e.settled_on.isoformat(),
            at=heard.recorded_at.isoformat(),
            detail=msgspec.json.encode(e.detail).decode(),
            id=str(e.difference_id),
        )

    @on(RegisterDifference.Reopened)
    def reopened(self, e: RegisterDifference.Reopened, _: Heard) -> Statement:
        change = (
            "update difference_list set how = null, settled_on = null, settled_at = null, detail = null,"
            " due_on = :due where difference_id = :id"
        )
        return sql(change, due=e.due_on.isoformat(), id=str(e.difference_id))


async def runs_of(store: Store, reader: Actor, after: str, limit: int) -> list[Record]:
    """With how many differences each has open; newest last."""
    return await ask(
        store,
        reader,
        "select * from (select r.*, r.made_at || '/' || r.run_id as key, (select count(*) from difference_list d"
        " where d.run_id = r.run_id and d.settled_at is null) as still_open from reconciliation_list r) q"
        " where {scope} and key > :after order by key limit :limit",
        after=after,
        limit=limit,
    )


async def closings_of(store: Store, reader: Actor, run_id: str) -> list[Record]:
    """Which townships, and whether the county, have closed the run."""
    text = "select area, level, closed_on from closing_list where {scope} and run_id = :run order by area"
    return await ask(store, reader, text, run=run_id)


_DIFFERENCES = (
    "select difference_id, run_id, area, school_id, child_id, outcome, left_row, right_row, owner, due_on, how,"
    " settled_on, case when settled_at is null and due_on < :day then 1 else 0 end as overdue, detail"
    " from difference_list where {scope} and run_id = :run and difference_id > :after and area like :within"
    " and (:outcome = '' or outcome = :outcome)"
)
_STATES = {"": "", "open": " and settled_at is null", "settled": " and settled_at is not null"}
_STATES |= {"overdue": " and settled_at is null and due_on < :day"}


async def differences_of(  # noqa: PLR0913 - what can be asked
    store: Store,
    reader: Actor,
    run_id: str,
    *,
    day: str,
    outcome: str = "",
    state: str = "",
    area: str = "",
    after: str = "",
    limit: int = 1000,
) -> list[Record]:
    """Of a run, by class and state; `detail` is still sealed."""
    text = f"{_DIFFERENCES}{_STATES[state]} order by difference_id limit :limit"
    asked = {"run": run_id, "day": day, "outcome": outcome, "within": f"{area}%", "after": after}
    return await ask(store, reader, text, **asked, limit=limit)
