"""Pupil records, and semester by semester who was expected, came, or missed the check-in."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.privacy.erasure import Erasure
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.pupil_record import PupilRecord


class PupilList(View):
    name = "pupils"
    version = 3
    tables = (
        "create table if not exists pupil_list (child_id text primary key, area text not null, school_id text not null,"
        " grade integer not null, year integer not null, opened_at text not null, completed_at text, erased_at text)",
        "create table if not exists expectation_list (child_id text not null, semester text not null,"
        " area text not null, school_id text not null, grade integer not null, due_on text not null,"
        " expected_at text not null, checked_in_at text, checked_in_on text, missed_at text, former text,"
        " moved_at text,"
        " primary key (child_id, semester))",
        "create index if not exists expectation_list_by_school on expectation_list (school_id, semester)",
        "create index if not exists expectation_list_by_due on expectation_list (due_on)",
    )

    @on(PupilRecord.Opened)
    def opened(self, e: PupilRecord.Opened, heard: Heard) -> Statement:
        return sql(
            "insert into pupil_list (child_id, area, school_id, grade, year, opened_at)"
            " values (:child, :area, :school, :grade, :year, :at) on conflict do nothing",
            child=str(e.child_id),
            area=e.area,
            school=str(e.school_id),
            grade=e.grade,
            year=e.year,
            at=heard.recorded_at.isoformat(),
        )

    @on(PupilRecord.Promoted, PupilRecord.GradeSkipped)
    def promoted(self, e: PupilRecord.Promoted | PupilRecord.GradeSkipped, _: Heard) -> Statement:
        return sql(
            "update pupil_list set school_id = :school, grade = :grade, year = :year where child_id = :child",
            school=str(e.school_id),
            grade=e.grade,
            year=e.year,
            child=str(e.child_id),
        )

    @on(PupilRecord.Transferred)
    def transferred(self, e: PupilRecord.Transferred, heard: Heard) -> list[Statement]:
        change = "update pupil_list set school_id = :school where child_id = :child"
        return [sql(change, school=str(e.school_id), child=str(e.child_id)), _moved(e, heard)]

    @on(PupilRecord.Corrected)
    def corrected(self, e: PupilRecord.Corrected, heard: Heard) -> list[Statement]:
        change = "update pupil_list set school_id = :school, grade = :grade where child_id = :child"
        return [sql(change, school=str(e.school_id), grade=e.grade, child=str(e.child_id)), _moved(e, heard)]

    @on(PupilRecord.CompulsoryCompleted)
    def completed(self, e: PupilRecord.CompulsoryCompleted, heard: Heard) -> Statement:
        change = "update pupil_list set completed_at = :at, year = :year where child_id = :child"
        return sql(change, at=heard.recorded_at.isoformat(), year=e.year, child=str(e.child_id))

    @on(PupilRecord.Expected)
    def expected(self, e: PupilRecord.Expected, heard: Heard) -> Statement:
        return sql(
            "insert into expectation_list (child_id, semester, area, school_id, grade, due_on, expected_at)"
            " values (:child, :semester, :area, :school, :grade, :due, :at) on conflict do nothing",
            child=str(e.child_id),
            semester=e.semester,
            area=e.area,
            school=str(e.school_id),
            grade=e.grade,
            due=e.due_on.isoformat(),
            at=heard.recorded_at.isoformat(),
        )

    @on(PupilRecord.CheckedIn)
    def checked_in(self, e: PupilRecord.CheckedIn, heard: Heard) -> Statement:
        return _came(heard, str(e.child_id), e.semester, e.checked_in_on.isoformat())

    @on(PupilRecord.Returned)
    def returned(self, e: PupilRecord.Returned, heard: Heard) -> Statement | None:
        return _came(heard, str(e.child_id), e.semester, e.returned_on.isoformat()) if e.semester else None

    @on(PupilRecord.CheckInMissed)
    def missed(self, e: PupilRecord.CheckInMissed, heard: Heard) -> Statement:
        change = "update expectation_list set missed_at = :at where child_id = :child and semester = :semester"
        return sql(change, at=heard.recorded_at.isoformat(), child=str(e.child_id), semester=e.semester)

    @on(Erasure.KeysDestroyed)
    def erased(self, e: Erasure.KeysDestroyed, heard: Heard) -> Statement:
        change = "update pupil_list set erased_at = :at where child_id = :child"
        return sql(change, at=heard.recorded_at.isoformat(), child=str(e.child_id))


def _moved(e: PupilRecord.Transferred | PupilRecord.Corrected, heard: Heard) -> Statement:
    """Of the semester in hand the new school expects the pupil; which did until then is kept."""
    return sql(
        "update expectation_list set former = school_id, moved_at = :at, school_id = :school"
        " where child_id = :child and school_id <> :school"
        " and due_on = (select max(x.due_on) from expectation_list x where x.child_id = :child)",
        at=heard.recorded_at.isoformat(),
        school=str(e.school_id),
        child=str(e.child_id),
    )


def _came(heard: Heard, child_id: str, semester: str, day: str) -> Statement:
    return sql(
        "update expectation_list set checked_in_at = :at, checked_in_on = :day"
        " where child_id = :child and semester = :semester",
        at=heard.recorded_at.isoformat(),
        day=day,
        child=child_id,
        semester=semester,
    )


async def pupils_of(store: Store, reader: Actor, semester: str, after: str, limit: int) -> list[Record]:
    """Whom the reader's school (or the schools of the area's children) expects, and who came or missed."""
    return await ask(
        store,
        reader,
        "select child_id, area, school_id, grade, semester, due_on, checked_in_on, missed_at from expectation_list"
        " where {scope} and semester = :semester and child_id > :after order by child_id limit :limit",
        semester=semester,
        after=after,
        limit=limit,
    )
