"""Who of the register is not there, who is taught at another school than registered, who was never taught."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue, Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.phantom_pupil import PhantomPupil
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.domain.record_status import RecordStatus
from baoxue_enrollment.domain.register_check import RegisterCheck

_OVER = "update presence_list set until_at = :at where child_id = :child and until_at is null"
EXCUSED = ("ill", "on_leave")
NOT_HERE_BUT_RIGHT = ("taught_elsewhere", "moved_away", "suspended", "at_school")  # no longer only absent
Gone = (
    RecordStatus.Suspended
    | RecordStatus.LeftOther
    | RecordStatus.DropoutMarked
    | RecordStatus.WentAway
    | RecordStatus.TransferEnded
)


class Presence(View):
    """`presence_list`: `absent` from the own school, or `guest` at one that is not the `registered` one."""

    name = "presence"
    tables = (
        "create table if not exists check_list (school_id text not null, month text not null, area text not null,"
        " form text not null, present integer not null, absent integer not null, listed_on text not null,"
        " from_at text not null, until_at text, primary key (school_id, month, from_at))",
        "create table if not exists presence_list (child_id text not null, school_id text not null,"
        " month text not null, kind text not null, registered text not null, from_at text not null, until_at text,"
        " cause text, verified_on text, excused_at text, primary key (child_id, school_id, month, kind, from_at))",
        "create index if not exists presence_list_by_school on presence_list (school_id, kind)",
        "create table if not exists phantom_list (child_id text not null, found_on text not null,"
        " school_id text not null, area text not null, ended_as text, ended_on text,"
        " primary key (child_id, found_on))",
    )

    @on(RegisterCheck.AbsenteesListed)
    def listed(self, e: RegisterCheck.AbsenteesListed, heard: Heard) -> list[Statement]:
        """What the school told last stands for all that it told before."""
        at, school = heard.recorded_at.isoformat(), str(e.school_id)
        over = " set until_at = :at where school_id = :school and until_at is null"
        check = sql(
            "insert into check_list values (:school, :month, :area, :form, :present, :absent, :day, :at, null)"
            " on conflict do nothing",
            school=school,
            month=e.month,
            area=e.area,
            form=e.form,
            present=e.present,
            absent=len(e.children),
            day=e.listed_on.isoformat(),
            at=at,
        )
        before = [sql(f"update {table}{over}", at=at, school=school) for table in ("check_list", "presence_list")]
        absent = [_present(e, at, str(child), "absent", school) for child in e.children]
        pairs = zip(e.guests, e.guests_of, strict=True)
        guests = [_present(e, at, str(child), "guest", str(registered)) for child, registered in pairs]
        return [*before, check, *absent, *guests]

    @on(RegisterCheck.AbsenceVerified)
    def verified(self, e: RegisterCheck.AbsenceVerified, heard: Heard) -> Statement:
        at = heard.recorded_at.isoformat()
        return sql(
            "update presence_list set cause = :cause, verified_on = :day, excused_at = :excused,"
            " until_at = coalesce(until_at, :until)"
            " where child_id = :child and school_id = :school and month = :month and kind = 'absent' and from_at ="
            " (select max(l.from_at) from presence_list l where l.child_id = :child and l.school_id = :school"
            " and l.month = :month and l.kind = 'absent')",
            cause=e.cause,
            day=e.verified_on.isoformat(),
            excused=at if e.cause in EXCUSED else None,
            until=at if e.cause in NOT_HERE_BUT_RIGHT else None,
            child=str(e.child_id),
            school=str(e.school_id),
            month=e.month,
        )

    @on(PupilRecord.Returned, PupilRecord.CheckedIn)
    def came(self, e: PupilRecord.Returned | PupilRecord.CheckedIn, heard: Heard) -> Statement:
        return sql(f"{_OVER} and kind = 'absent'", at=heard.recorded_at.isoformat(), child=str(e.child_id))

    @on(
        RecordStatus.Suspended,
        RecordStatus.LeftOther,
        RecordStatus.DropoutMarked,
        RecordStatus.WentAway,
        RecordStatus.TransferEnded,
    )
    def went(self, e: Gone, heard: Heard) -> Statement:
        return sql(f"{_OVER} and kind = 'absent'", at=heard.recorded_at.isoformat(), child=str(e.child_id))

    @on(PupilRecord.Transferred, PupilRecord.Promoted)
    def moved(self, e: PupilRecord.Transferred | PupilRecord.Promoted, heard: Heard) -> Statement:
        """The record has followed the pupil."""
        at, child = heard.recorded_at.isoformat(), str(e.child_id)
        return sql(f"{_OVER} and (kind = 'absent' or school_id = :school)", at=at, child=child, school=str(e.school_id))

    @on(PupilRecord.Corrected)
    def corrected(self, e: PupilRecord.Corrected, heard: Heard) -> list[Statement]:
        at, child, school = heard.recorded_at.isoformat(), str(e.child_id), str(e.school_id)
        moved = sql(f"{_OVER} and registered <> :school", at=at, child=child, school=school)
        return [moved, _settled(child, "corrected", e.corrected_on.isoformat())]

    @on(PhantomPupil.Found, PhantomPupil.FoundAgain)
    def phantom(self, e: PhantomPupil.Found | PhantomPupil.FoundAgain, _: Heard) -> Statement:
        return sql(
            "insert into phantom_list (child_id, found_on, school_id, area) values (:child, :day, :school, :area)"
            " on conflict do nothing",
            child=str(e.child_id),
            day=e.found_on.isoformat(),
            school=str(e.school_id),
            area=e.area,
        )

    @on(PhantomPupil.TaughtInFact)
    def taught(self, e: PhantomPupil.TaughtInFact, _: Heard) -> Statement:
        return _settled(str(e.child_id), "taught-in-fact", e.since_on.isoformat())


def _present(e: RegisterCheck.AbsenteesListed, at: str, child: str, kind: str, registered: str) -> Statement:
    return sql(
        "insert into presence_list (child_id, school_id, month, kind, registered, from_at)"
        " values (:child, :school, :month, :kind, :registered, :at) on conflict do nothing",
        child=child,
        school=str(e.school_id),
        month=e.month,
        kind=kind,
        registered=registered,
        at=at,
    )


def _settled(child: str, how: str, day: SqlValue) -> Statement:
    change = "update phantom_list set ended_as = :how, ended_on = :day where child_id = :child and ended_on is null"
    return sql(change, how=how, day=day, child=child)


async def checks_of(store: Store, reader: Actor, month: str, after: str, limit: int) -> list[Record]:
    """Each school's check of the month as it told it last."""
    return await ask(
        store,
        reader,
        "select school_id, month, area, form, present, absent, listed_on from check_list c"
        " where {scope} and month = :month and school_id > :after and not exists (select 1 from check_list d"
        " where d.school_id = c.school_id and d.month = c.month and d.from_at > c.from_at)"
        " order by school_id limit :limit",
        month=month,
        after=after,
        limit=limit,
    )


async def absentees_of(store: Store, reader: Actor, month: str, after: str, limit: int) -> list[Record]:
    """Whom the schools listed as absent in the month, verified or not."""
    return await ask(
        store,
        reader,
        "select * from (select p.child_id, p.school_id, p.month, p.cause, p.verified_on, c.area,"
        " p.child_id || '/' || p.from_at as key from presence_list p join child_list c on c.child_id = p.child_id"
        " where p.kind = 'absent' and p.month = :month) q"
        " where {scope} and key > :after order by key limit :limit",
        month=month,
        after=after,
        limit=limit,
    )


async def phantoms_of(store: Store, reader: Actor, after: str, limit: int) -> list[Record]:
    """Those without `ended_on` are to be settled."""
    return await ask(
        store,
        reader,
        "select * from (select f.*, f.found_on || '/' || f.child_id as key from phantom_list f) q"
        " where {scope} and key > :after order by key limit :limit",
        after=after,
        limit=limit,
    )
