"""Children, and each child's way to school: due, placed, notice issued, served, checked in, with the instants."""
# ruff: noqa: ISC004 - a table definition stands over several lines

import msgspec
from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue, Statement
from baoxue_shared.privacy.erasure import Erasure
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.enrollment_notice import EnrollmentNotice
from baoxue_enrollment.domain.entry_age import LAST_PRIMARY_GRADE
from baoxue_enrollment.domain.placement import Placement
from baoxue_enrollment.domain.pupil_record import PupilRecord

Values = dict[str, SqlValue]
_DUE = (
    "insert into entry_list (child_id, entry, year, area, due_at) values (:child, :entry, :year, :area, :at)"
    " on conflict do nothing"
)
_KEY = " where child_id = :child and entry = :entry and year = :year"


class Children(View):
    name = "children"
    version = 4
    tables = (
        "create table if not exists child_list (child_id text primary key, area text not null,"
        " household_id text not null, entry_year integer not null, identity text not null,"
        " recorded_at text not null, erased_at text)",
        "create table if not exists entry_list (child_id text not null, entry text not null, year integer not null,"
        " area text not null, due_at text not null, placed_at text, school_id text, notice_id text, number text,"
        " report_on text, issued_at text, served_at text, served_on text, method text, checked_in_at text,"
        " revoked_at text, ended_at text, erased_at text, primary key (child_id, entry, year))",
        "create index if not exists entry_list_by_year on entry_list (year, area)",
        "create index if not exists entry_list_by_notice on entry_list (notice_id)",
    )

    @on(Child.Recorded)
    def recorded(self, e: Child.Recorded, heard: Heard) -> list[Statement]:
        at = heard.recorded_at.isoformat()
        child = sql(
            "insert into child_list (child_id, area, household_id, entry_year, identity, recorded_at)"
            " values (:child, :area, :household, :year, :identity, :at) on conflict do nothing",
            child=heard.originator_id,
            area=e.area,
            household=str(e.household_id),
            year=e.entry_year,
            identity=msgspec.json.encode(e.identity).decode(),
            at=at,
        )
        return [child, sql(_DUE, child=heard.originator_id, entry="grade_1", year=e.entry_year, area=e.area, at=at)]

    @on(Child.IdentityCorrected)
    def corrected(self, e: Child.IdentityCorrected, heard: Heard) -> list[Statement]:
        """Another year of entry ends the former one's claim, unless a place was given already."""
        at, child = heard.recorded_at.isoformat(), heard.originator_id
        change = "update child_list set identity = :identity, area = :area, entry_year = :year where child_id = :child"
        identity = msgspec.json.encode(e.identity).decode()
        moved = (
            "update entry_list set ended_at = :at where child_id = :child and entry = 'grade_1' and year <> :year"
            " and placed_at is null and ended_at is null"
        )
        again = "update entry_list set ended_at = null where child_id = :child and entry = 'grade_1' and year = :year"
        due = (
            "insert into entry_list (child_id, entry, year, area, due_at) select :child, 'grade_1', :year, :area, :at"
            " where not exists (select 1 from entry_list where child_id = :child and entry = 'grade_1'"
            " and placed_at is not null) on conflict do nothing"
        )
        return [
            sql(change, identity=identity, area=e.area, year=e.entry_year, child=child),
            sql(moved, at=at, child=child, year=e.entry_year),
            sql(again, child=child, year=e.entry_year),
            sql(due, child=child, year=e.entry_year, area=e.area, at=at),
        ]

    @on(Child.GuardianChanged)
    def guardian_changed(self, e: Child.GuardianChanged, heard: Heard) -> Statement:
        change = "update child_list set identity = :identity where child_id = :child"
        return sql(change, identity=msgspec.json.encode(e.identity).decode(), child=heard.originator_id)

    @on(Child.DeferralApproved)
    def deferred(self, e: Child.DeferralApproved, heard: Heard) -> Statement | None:
        """Due again in the year in which the deferral ends."""
        if e.until_on is None:
            return None
        due = (
            "insert into entry_list (child_id, entry, year, area, due_at) values (:child, 'grade_1', :year, :area, :at)"
            " on conflict do nothing"
        )
        return sql(due, child=heard.originator_id, year=e.until_on.year, area=e.area, at=heard.recorded_at.isoformat())

    @on(Child.PlaceRestored)
    def place_restored(self, e: Child.PlaceRestored, heard: Heard) -> Statement:
        at = heard.recorded_at.isoformat()
        return sql(_DUE, child=heard.originator_id, entry="return", year=e.year, area=e.area, at=at)

    @on(Child.MovedIn)
    def moved_in(self, e: Child.MovedIn, heard: Heard) -> list[Statement]:
        """A place is due for who is of school age; an entrant of grade 1 is due as such."""
        child = heard.originator_id
        due = (
            "insert into entry_list (child_id, entry, year, area, due_at)"
            " select child_id, 'moved_in', :year, :area, :at"
            " from child_list where child_id = :child and entry_year < :year and entry_year > :year - 9"
            " on conflict do nothing"
        )
        return [
            sql("update child_list set area = :area where child_id = :child", area=e.area, child=child),
            sql(due, year=e.entry_year, area=e.area, at=heard.recorded_at.isoformat(), child=child),
        ]

    @on(PupilRecord.Opened, PupilRecord.Promoted, PupilRecord.GradeSkipped)
    def in_last_primary_grade(
        self, e: PupilRecord.Opened | PupilRecord.Promoted | PupilRecord.GradeSkipped, heard: Heard
    ) -> Statement | None:
        if e.grade != LAST_PRIMARY_GRADE:
            return None
        at = heard.recorded_at.isoformat()
        return sql(_DUE, child=str(e.child_id), entry="grade_7", year=e.year + 1, area=e.area, at=at)

    @on(Placement.ChildPlaced)
    def placed(self, e: Placement.ChildPlaced, heard: Heard) -> list[Statement]:
        key: Values = {"child": str(e.child_id), "entry": e.entry, "year": e.year}
        at = heard.recorded_at.isoformat()
        return [
            sql(_DUE, **key, area=e.area, at=at),
            sql(
                f"update entry_list set placed_at = :at, school_id = :school{_KEY}",
                **key,
                at=at,
                school=str(e.school_id),
            ),
        ]

    @on(Placement.Deviated, Placement.Redirected)
    def placed_elsewhere(self, e: Placement.Deviated | Placement.Redirected, _: Heard) -> Statement:
        key: Values = {"child": str(e.child_id), "entry": e.entry, "year": e.year}
        return sql(f"update entry_list set school_id = :school{_KEY}", **key, school=str(e.school_id))

    @on(EnrollmentNotice.Issued)
    def issued(self, e: EnrollmentNotice.Issued, heard: Heard) -> list[Statement]:
        key: Values = {"child": str(e.child_id), "entry": e.entry, "year": e.year}
        at = heard.recorded_at.isoformat()
        change = sql(
            "update entry_list set notice_id = :notice, number = :number, report_on = :report, issued_at = :at,"
            f" school_id = :school{_KEY}",
            **key,
            notice=heard.originator_id,
            number=e.number,
            report=e.report_on.isoformat(),
            at=at,
            school=str(e.school_id),
        )
        return [sql(_DUE, **key, area=e.area, at=at), change]

    @on(EnrollmentNotice.Served)
    def served(self, e: EnrollmentNotice.Served, heard: Heard) -> Statement:
        return sql(
            "update entry_list set served_at = :at, served_on = :day, method = :method where notice_id = :notice",
            at=heard.recorded_at.isoformat(),
            day=e.served_on.isoformat(),
            method=e.method,
            notice=heard.originator_id,
        )

    @on(EnrollmentNotice.Reissued)
    def reissued(self, e: EnrollmentNotice.Reissued, heard: Heard) -> Statement:
        """To be served anew; what it was before stands in the list of notices."""
        return sql(
            "update entry_list set number = :number, report_on = :report, issued_at = :at,"
            " school_id = :school, served_at = null, served_on = null, method = null, revoked_at = null"
            " where notice_id = :notice",
            notice=heard.originator_id,
            number=e.number,
            report=e.report_on.isoformat(),
            at=heard.recorded_at.isoformat(),
            school=str(e.school_id),
        )

    @on(EnrollmentNotice.Revoked)
    def revoked(self, _: EnrollmentNotice.Revoked, heard: Heard) -> Statement:
        change = "update entry_list set revoked_at = :at where notice_id = :notice"
        return sql(change, at=heard.recorded_at.isoformat(), notice=heard.originator_id)

    @on(PupilRecord.CheckedIn, PupilRecord.Returned)
    def checked_in(self, e: PupilRecord.CheckedIn | PupilRecord.Returned, heard: Heard) -> Statement | None:
        if not e.semester or not e.semester.endswith("autumn"):
            return None
        return sql(
            "update entry_list set checked_in_at = :at"
            " where child_id = :child and year = :year and notice_id is not null and checked_in_at is null",
            at=heard.recorded_at.isoformat(),
            child=str(e.child_id),
            year=int(e.semester[:4]),
        )

    @on(Erasure.KeysDestroyed)
    def erased(self, e: Erasure.KeysDestroyed, heard: Heard) -> list[Statement]:
        key: Values = {"at": heard.recorded_at.isoformat(), "child": str(e.child_id)}
        return [
            sql(f"update {t} set erased_at = :at where child_id = :child", **key) for t in ("child_list", "entry_list")
        ]


_CHILDREN = (
    "select * from (select c.child_id, c.area, c.household_id, c.entry_year, c.identity, c.erased_at,"
    " coalesce(p.school_id, (select max(e.school_id) from entry_list e where e.child_id = c.child_id"
    " and e.issued_at is not null)) as school_id, p.grade, p.completed_at"
    " from child_list c left join pupil_list p on p.child_id = c.child_id) q"
)


async def children_of(store: Store, reader: Actor, area: str, after: str, limit: int) -> list[Record]:
    """`identity` is still sealed."""
    return await ask(
        store,
        reader,
        f"{_CHILDREN} where {{scope}} and area like :within and child_id > :after order by child_id limit :limit",
        within=f"{area}%",
        after=after,
        limit=limit,
    )


async def child_of(store: Store, reader: Actor, child_id: str) -> Record | None:
    found = await ask(store, reader, f"{_CHILDREN} where {{scope}} and child_id = :child", child=child_id)
    return found[0] if found else None


async def entries_of(store: Store, reader: Actor, child_id: str) -> list[Record]:
    return await ask(
        store, reader, "select * from entry_list where {scope} and child_id = :child order by year", child=child_id
    )
