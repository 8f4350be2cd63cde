"""The state of each pupil's record, its transfers, and what was refused."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue, Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.record_status import RecordStatus


class RecordStates(View):
    """A pupil without a row here is at school."""

    name = "record_states"
    tables = (
        "create table if not exists status_list (child_id text primary key, area text not null,"
        " school_id text not null, status text not null, since_on text not null, until_on text)",
        "create table if not exists transfer_list (child_id text not null, requested_on text not null,"
        " area text not null, school_id text not null, to_school text, ended_on text, completed integer,"
        " primary key (child_id, requested_on))",
    )

    @on(RecordStatus.Suspended)
    def suspended(self, e: RecordStatus.Suspended, _: Heard) -> Statement:
        return _now(e, "suspended", e.from_on.isoformat(), e.until_on.isoformat())

    @on(RecordStatus.LeftOther)
    def left(self, e: RecordStatus.LeftOther, _: Heard) -> Statement:
        return _now(e, "left_other", e.left_on.isoformat())

    @on(RecordStatus.DropoutMarked)
    def marked(self, e: RecordStatus.DropoutMarked, _: Heard) -> Statement:
        return _now(e, "dropped_out", e.marked_on.isoformat())

    @on(RecordStatus.WentAway)
    def went(self, e: RecordStatus.WentAway, _: Heard) -> Statement:
        return _now(e, e.status, e.since_on.isoformat())

    @on(RecordStatus.Restored)
    def restored(self, e: RecordStatus.Restored, _: Heard) -> Statement:
        return _now(e, "at_school", e.restored_on.isoformat())

    @on(RecordStatus.TransferRequested)
    def requested(self, e: RecordStatus.TransferRequested, _: Heard) -> Statement:
        return sql(
            "insert into transfer_list (child_id, requested_on, area, school_id, to_school)"
            " values (:child, :day, :area, :school, :to_school)"
            " on conflict (child_id, requested_on) do update set to_school = excluded.to_school, ended_on = null",
            child=str(e.child_id),
            day=e.requested_on.isoformat(),
            area=e.area,
            school=str(e.school_id),
            to_school=str(e.to_school) if e.to_school else None,
        )

    @on(RecordStatus.TransferEnded)
    def ended(self, e: RecordStatus.TransferEnded, _: Heard) -> list[Statement]:
        day = e.ended_on.isoformat()
        change = (
            "update transfer_list set ended_on = :day, completed = :completed"
            " where child_id = :child and ended_on is null"
        )
        ended = sql(change, day=day, completed=int(e.completed), child=str(e.child_id))
        out = e.completed and e.to_school is None
        return [ended, *([_now(e, "transferred_out", day)] if out else [])]


Change = (
    RecordStatus.Suspended
    | RecordStatus.LeftOther
    | RecordStatus.DropoutMarked
    | RecordStatus.WentAway
    | RecordStatus.Restored
    | RecordStatus.TransferEnded
)


def _now(e: Change, status: str, since_on: str, until_on: SqlValue = None) -> Statement:
    return sql(
        "insert into status_list values (:child, :area, :school, :status, :since, :until)"
        " on conflict (child_id) do update set status = excluded.status, since_on = excluded.since_on,"
        " until_on = excluded.until_on, school_id = excluded.school_id",
        child=str(e.child_id),
        area=e.area,
        school=str(e.school_id),
        status=status,
        since=since_on,
        until=until_on,
    )


async def statuses_of(store: Store, reader: Actor, after: str, limit: int) -> list[Record]:
    """Pupils who are not simply at school, or were not."""
    return await ask(
        store,
        reader,
        "select * from status_list where {scope} and child_id > :after order by child_id limit :limit",
        after=after,
        limit=limit,
    )


async def transfers_of(store: Store, reader: Actor, after: str, limit: int) -> list[Record]:
    """Those without `ended_on` are to be followed to their end."""
    return await ask(
        store,
        reader,
        "select * from (select t.*, t.requested_on || '/' || t.child_id as key from transfer_list t) q"
        " where {scope} and key > :after order by key limit :limit",
        after=after,
        limit=limit,
    )
