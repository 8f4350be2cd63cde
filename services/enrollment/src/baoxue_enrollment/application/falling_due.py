"""What the calendar makes due: check-ins whose day is over, public notices whose thirty days are."""

from uuid import UUID

from baoxue_shared.history.store import Store

from baoxue_enrollment.application.selections import AWAY


async def overdue(store: Store, day: str, area: str) -> list[tuple[UUID, str]]:
    """Child and semester of every check-in that is open although its day is over."""
    found = await store.fetch(
        "select x.child_id, x.semester from expectation_list x join semester_list s on s.semester = x.semester"
        " where x.due_on < :day and x.checked_in_at is null and x.missed_at is null and s.ends_on >= :day"
        f" and x.area like :area{AWAY.format(of='x')} order by x.due_on, x.child_id",
        {"day": day, "area": f"{area}%"},
    )
    return [(UUID(str(r["child_id"])), str(r["semester"])) for r in found]


async def announced_until(store: Store, day: str, area: str) -> list[UUID]:
    """Notices whose public notice has run its thirty days before the day, and that nobody served otherwise."""
    found = await store.fetch(
        "select notice_id from notice_list where deemed_on < :day and served_at is null and ended_at is null"
        " and area like :area order by deemed_on, notice_id",
        {"day": day, "area": f"{area}%"},
    )
    return [UUID(str(row["notice_id"])) for row in found]
