"""Roll calls, and the children on their lists with the causes."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_cases.domain.roll_call import RollCall


class RollCallList(View):
    """开学报到清查, as a list."""

    name = "roll_call_list"
    tables = (
        "create table if not exists roll_call_list (roll_call_id text primary key, area text not null,"
        " school_id text not null, semester text not null, opened_on text not null, due_on text not null,"
        " listed_on text, closed_on text, version integer not null)",
        "create table if not exists roll_call_children (roll_call_id text not null, child_id text not null,"
        " area text not null, school_id text not null, cause text, verified_on text,"
        " primary key (roll_call_id, child_id))",
    )

    @on(RollCall.Opened)
    def opened(self, e: RollCall.Opened, heard: Heard) -> Statement:
        return sql(
            "insert into roll_call_list (roll_call_id, area, school_id, semester, opened_on, due_on, version)"
            " values (:id, :area, :school, :semester, :opened, :due, 1) on conflict do nothing",
            id=heard.originator_id,
            area=e.area,
            school=str(e.school_id),
            semester=e.semester,
            opened=e.opened_on.isoformat(),
            due=e.due_on.isoformat(),
        )

    @on(RollCall.PupilsNotCheckedIn)
    def listed(self, e: RollCall.PupilsNotCheckedIn, heard: Heard) -> list[Statement]:
        children = [
            sql(
                "insert into roll_call_children (roll_call_id, child_id, area, school_id)"
                " values (:id, :child, :area, :school) on conflict do nothing",
                id=heard.originator_id,
                child=str(child),
                area=e.area,
                school=str(e.school_id),
            )
            for child in e.children
        ]
        return [_moved(heard, e, "listed_on = coalesce(listed_on, :day)", e.listed_on.isoformat()), *children]

    @on(RollCall.AbsenceCauseVerified)
    def verified(self, e: RollCall.AbsenceCauseVerified, heard: Heard) -> list[Statement]:
        cause = sql(
            "update roll_call_children set cause = :cause, verified_on = :day"
            " where roll_call_id = :id and child_id = :child",
            id=heard.originator_id,
            child=str(e.child_id),
            cause=e.cause,
            day=e.verified_on.isoformat(),
        )
        return [_moved(heard, e, "listed_on = coalesce(listed_on, :day)", e.verified_on.isoformat()), cause]

    @on(RollCall.Closed)
    def closed(self, e: RollCall.Closed, heard: Heard) -> Statement:
        return _moved(heard, e, "closed_on = :day", e.closed_on.isoformat())


def _moved(heard: Heard, event: RollCall.Event, change: str, day: str) -> Statement:
    text = f"update roll_call_list set version = :version, {change} where roll_call_id = :id"
    return sql(text, version=event.originator_version, day=day, id=heard.originator_id)


async def roll_calls_of(store: Store, reader: Actor, semester: str, after: str, limit: int) -> list[Record]:
    """In order of id."""
    return await ask(
        store,
        reader,
        "select roll_call_id, area, school_id, semester, opened_on, due_on, listed_on, closed_on, version"
        " from roll_call_list where {scope} and semester like :semester and roll_call_id > :after"
        " order by roll_call_id limit :limit",
        semester=semester or "%",
        after=after,
        limit=limit,
    )


async def roll_call_children(store: Store, reader: Actor, roll_call_id: str) -> list[Record]:
    return await ask(
        store,
        reader,
        "select child_id, school_id, cause, verified_on from roll_call_children"
        " where {scope} and roll_call_id = :id order by child_id",
        id=roll_call_id,
    )
