"""Notices, one row for each number: what became of the paper, with the instants, so that any past can be asked."""
# ruff: noqa: ISC004 - a table definition stands over several lines

import re
from typing import NamedTuple

from baoxue_shared.actor import Actor
from baoxue_shared.clock import SHANGHAI
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue, Statement
from baoxue_shared.privacy.erasure import Erasure
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.enrollment_notice import EnrollmentNotice as Notice

_VALID = " where notice_id = :notice and ended_at is null"
_SERIAL = re.compile(r"第(\d+)号")


class NoticeList(View):
    name = "notices"
    tables = (
        "create table if not exists notice_list (notice_id text not null, number text not null,"
        " serial integer not null, child_id text not null, entry text not null, year integer not null,"
        " area text not null, school_id text not null, report_on text not null, text_version text not null,"
        " issued_at text not null, issued_on text not null, ended_at text, ended_as text, ground text,"
        " served_at text, served_on text, method text, refused_on text,"
        " undeliverable_on text, cause text, published_on text, deemed_on text, erased_at text,"
        " primary key (notice_id, number))",
        "create index if not exists notice_list_by_entry on notice_list (child_id, entry, year)",
        "create index if not exists notice_list_by_number on notice_list (year, serial)",
        "create index if not exists notice_list_by_deeming on notice_list (deemed_on)",
    )

    @on(Notice.Issued)
    def issued(self, e: Notice.Issued, heard: Heard) -> Statement:
        return sql(
            "insert into notice_list (notice_id, number, serial, child_id, entry, year, area, school_id, report_on,"
            " text_version, issued_at, issued_on) values (:notice, :number, :serial, :child, :entry, :year, :area,"
            " :school, :report, :version, :at, :day) on conflict do nothing",
            child=str(e.child_id),
            entry=e.entry,
            year=e.year,
            area=e.area,
            day=heard.occurred_at.astimezone(SHANGHAI).date().isoformat(),
            **_paper(e, heard),
        )

    @on(Notice.Reissued)
    def reissued(self, e: Notice.Reissued, heard: Heard) -> list[Statement]:
        """The former number may have ended before, by revocation."""
        copied = sql(
            "insert into notice_list (notice_id, number, serial, child_id, entry, year, area, school_id, report_on,"
            " text_version, issued_at, issued_on) select notice_id, :number, :serial, child_id, entry, year, area,"
            " :school, :report, :version, :at, :day from notice_list where notice_id = :notice"
            " order by serial desc limit 1 on conflict do nothing",
            day=e.reissued_on.isoformat(),
            **_paper(e, heard),
        )
        ended = sql(
            "update notice_list set ended_at = :at, ended_as = 'reissued', ground = :ground"
            f"{_VALID} and number <> :number",
            notice=heard.originator_id,
            at=heard.recorded_at.isoformat(),
            ground=e.ground,
            number=e.number,
        )
        return [copied, ended]

    @on(Notice.Revoked)
    def revoked(self, e: Notice.Revoked, heard: Heard) -> Statement:
        return _change(heard, ended_at=heard.recorded_at.isoformat(), ended_as="revoked", ground=e.ground)

    @on(Notice.Served)
    def served(self, e: Notice.Served, heard: Heard) -> Statement:
        day = e.served_on.isoformat()
        return _change(heard, served_at=heard.recorded_at.isoformat(), served_on=day, method=e.method)

    @on(Notice.Announced)
    def announced(self, e: Notice.Announced, heard: Heard) -> Statement:
        return _change(heard, published_on=e.published_on.isoformat(), deemed_on=e.deemed_on.isoformat())

    @on(Notice.Refused)
    def refused(self, e: Notice.Refused, heard: Heard) -> Statement:
        return _change(heard, refused_on=e.refused_on.isoformat())

    @on(Notice.Undeliverable)
    def undeliverable(self, e: Notice.Undeliverable, heard: Heard) -> Statement:
        return _change(heard, undeliverable_on=e.tried_on.isoformat(), cause=e.cause)

    @on(Erasure.KeysDestroyed)
    def erased(self, e: Erasure.KeysDestroyed, heard: Heard) -> Statement:
        change = "update notice_list set erased_at = :at where child_id = :child"
        return sql(change, at=heard.recorded_at.isoformat(), child=str(e.child_id))


def serial_of(number: str) -> int:
    """The running part of a written number."""
    found = _SERIAL.search(number)
    return int(found.group(1)) if found else 0


def _paper(e: Notice.Issued | Notice.Reissued, heard: Heard) -> dict[str, SqlValue]:
    return {
        "notice": heard.originator_id,
        "number": e.number,
        "serial": serial_of(e.number),
        "school": str(e.school_id),
        "report": e.report_on.isoformat(),
        "version": e.text_version,
        "at": heard.recorded_at.isoformat(),
    }


def _change(heard: Heard, **values: SqlValue) -> Statement:
    """Of the paper that is valid now."""
    places = ", ".join(f"{name} = :{name}" for name in values)
    return sql(f"update notice_list set {places}{_VALID}", notice=heard.originator_id, **values)


_LISTED = (
    "select notice_id, number, child_id, school_id, area, entry, year, report_on, issued_at, served_on, method,"
    " refused_on, undeliverable_on, cause, published_on, deemed_on, ended_as, ground from notice_list"
)


async def notices_of(store: Store, reader: Actor, year: int, area: str, after: str, limit: int) -> list[Record]:  # noqa: PLR0913, PLR0917
    """The valid ones, in order of number; `after` is the last number seen."""
    return await ask(
        store,
        reader,
        f"{_LISTED} where {{scope}} and year = :year and ended_at is null and area like :within"
        " and number > :after order by number limit :limit",
        year=year,
        within=f"{area}%",
        after=after,
        limit=limit,
    )


_PAPERS = (
    "select * from (select n.notice_id, n.number, n.serial, n.child_id, n.school_id, n.area, n.entry, n.year,"
    " n.report_on, n.issued_on, n.served_on, n.text_version, n.ended_at, n.erased_at, c.identity, z.name as school"
    " from notice_list n join child_list c on c.child_id = n.child_id"
    " left join zone_list z on z.school_id = n.school_id) q"
)


class Wanted(NamedTuple):
    """Which notices: of a year, of an area, perhaps of one school; a page of them."""

    year: int
    area: str = ""
    school_id: str = ""
    after: int = 0  # the last running number seen
    limit: int = 200


async def papers_of(store: Store, reader: Actor, wanted: Wanted) -> list[Record]:
    """Valid notices with the child's sealed identity and the school's name, in order of number."""
    return await ask(
        store,
        reader,
        f"{_PAPERS} where {{scope}} and year = :year and area like :within and (:school = '' or school_id = :school)"
        " and ended_at is null and erased_at is null and serial > :after order by serial limit :limit",
        year=wanted.year,
        within=f"{wanted.area}%",
        school=wanted.school_id,
        after=wanted.after,
        limit=wanted.limit,
    )


async def paper_of(store: Store, reader: Actor, notice_id: str) -> Record | None:
    """As `papers_of`, one notice; None if it is void, erased, or not the reader's."""
    found = await ask(
        store,
        reader,
        f"{_PAPERS} where {{scope}} and notice_id = :notice and ended_at is null and erased_at is null",
        notice=notice_id,
    )
    return found[0] if found else None


async def validity_of(store: Store, notice_id: str, serial: int) -> Record | None:
    """For everybody who holds the paper: number and validity, nothing else."""
    found = await store.fetch(
        "select number, substr(area, 1, 6) as county, ended_at from notice_list"
        " where notice_id = :notice and serial = :serial",
        {"notice": notice_id, "serial": serial},
    )
    return found[0] if found else None


async def numbers_of(store: Store, reader: Actor, year: int, county: str) -> list[Record]:
    """Every number that a notice of the county bears or bore."""
    return await ask(
        store,
        reader,
        "select serial, notice_id, ended_at from notice_list where {scope} and year = :year and area like :within"
        " order by serial",
        year=year,
        within=f"{county}%",
    )
