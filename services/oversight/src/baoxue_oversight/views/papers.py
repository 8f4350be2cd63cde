"""Bulletins and findings as lists."""
# ruff: noqa: ISC004 - a table definition stands over several lines

import json

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_oversight.domain.bulletin import Bulletin
from baoxue_oversight.domain.finding import Finding

PAGE = 200


class Papers(View):
    """通报 and 发现问题."""

    name = "papers"
    version = 2
    tables = (
        "create table if not exists bulletin_list (bulletin_id text primary key, area text not null, school_id text,"
        " level text not null, body text not null, period text not null, figures_as_of text not null,"
        " figures text not null, issued_on text not null)",
        "create table if not exists finding_list (finding_id text primary key, area text not null, school_id text,"
        " duty_id text not null, duty_clause text not null, bearer text not null, concerns text not null,"
        " due_on text not null, raised_on text not null, missing text not null, answered_on text, decision text,"
        " version integer not null, persons text not null)",
    )

    @on(Bulletin.Issued)
    def issued(self, e: Bulletin.Issued, heard: Heard) -> Statement:
        return sql(
            "insert into bulletin_list values (:id, :area, :school, :level, :body, :period, :as_of, :figures, :day)"
            " on conflict do nothing",
            id=heard.originator_id,
            area=e.area,
            school=str(e.school_id) if e.school_id else None,
            level=e.level,
            body=e.body,
            period=e.period,
            as_of=e.figures_as_of.isoformat(),
            figures=json.dumps(e.figures),
            day=e.issued_on.isoformat(),
        )

    @on(Finding.Raised)
    def raised(self, e: Finding.Raised, heard: Heard) -> Statement:
        return sql(
            "insert into finding_list (finding_id, area, school_id, duty_id, duty_clause, bearer, concerns, due_on,"
            " raised_on, missing, version, persons) values (:id, :area, :school, :duty, :clause, :bearer, :concerns,"
            " :due, :raised, :missing, 1, :persons) on conflict do nothing",
            id=heard.originator_id,
            area=e.area,
            school=str(e.school_id) if e.school_id else None,
            duty=e.duty_id,
            clause=e.duty_clause,
            bearer=e.bearer,
            concerns=e.concerns,
            due=e.due_on.isoformat(),
            raised=e.raised_on.isoformat(),
            missing=json.dumps(e.missing, ensure_ascii=False),
            persons=json.dumps(e.persons),
        )

    @on(Finding.Answered, Finding.Decided)
    def went_on(self, e: Finding.Answered | Finding.Decided, heard: Heard) -> Statement:
        answered = e.answered_on.isoformat() if isinstance(e, Finding.Answered) else None
        return sql(
            "update finding_list set version = :version, answered_on = coalesce(:answered, answered_on),"
            " decision = coalesce(:decision, decision) where finding_id = :id",
            id=heard.originator_id,
            version=e.originator_version,
            answered=answered,
            decision=e.decision if isinstance(e, Finding.Decided) else None,
        )


async def bulletins_of(store: Store, reader: Actor, after: str = "", limit: int = PAGE) -> list[Record]:
    """In order of id; `figures` as an object."""
    found = await ask(
        store,
        reader,
        "select bulletin_id, area, school_id, level, body, period, figures_as_of, figures, issued_on from bulletin_list"
        " where {scope} and bulletin_id > :after"
        " order by bulletin_id limit :limit",
        after=after,
        limit=limit,
    )
    return [{**row, "figures": json.loads(str(row["figures"]))} for row in found]


async def findings_of(store: Store, reader: Actor, duty: str = "", after: str = "", limit: int = PAGE) -> list[Record]:
    """In order of id; `missing` and `persons` as lists."""
    found = await ask(
        store,
        reader,
        "select finding_id, area, school_id, duty_id, duty_clause, bearer, concerns, due_on, raised_on, missing,"
        " answered_on, decision, version, persons from finding_list where {scope} and duty_id like :duty"
        " and finding_id > :after order by finding_id limit :limit",
        duty=f"{duty}%",
        after=after,
        limit=limit,
    )
    return [{**row, **{name: json.loads(str(row[name])) for name in ("missing", "persons")}} for row in found]


async def timeline_of(store: Store, reader: Actor, child_id: str) -> list[Record]:
    """What all services said about one child, as recorded."""
    return await ask(
        store,
        reader,
        "select event_id, publisher, kind, recorded_at, occurred_at, area, school_id, role, organisation, actor,"
        " clause, data from ledger_facts where {scope} and child_id = :child order by recorded_at, publisher, position",
        child=child_id,
    )
