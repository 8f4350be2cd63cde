"""Each task of the year: who bears it, by when, when it was done, and what is overdue."""
# ruff: noqa: ISC004 - a question stands over several lines

from datetime import date
from typing import NamedTuple

from baoxue_shared.actor import Actor
from baoxue_shared.area import county_of
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue

from baoxue_enrollment.domain.publicity_month import Channel

CHANNELS: tuple[Channel, ...] = ("walls", "newspaper", "tv", "radio", "phone")
COUNTY_TASKS = (  # task, bearer, years later, month, day; the days of the openings are ours
    ("study", "county_government", 0, 3, 31),
    *((f"publicity/{channel}", "county_government", 0, 3, 31) for channel in CHANNELS),
    ("summary", "county_education", 0, 4, 30),
    ("plan", "county_government", 0, 5, 31),
    ("follow-up", "county_government", 0, 9, 30),
    ("notices", "county_education", 0, 9, 30),
    ("semester/autumn", "county_education", 0, 9, 1),
    ("semester/spring", "county_education", 1, 3, 1),
    ("identity-search", "public_security", 0, 12, 31),
)
TOWNSHIP_TASKS = (
    ("publicity-plan", "township", 0, 3, 31),
    *((f"publicity/{channel}", "township", 0, 3, 31) for channel in CHANNELS),
    ("survey-opening", "township", 0, 4, 1),
    ("survey-closing", "township", 0, 4, 30),
)
Done = dict[tuple[str, str], str]  # area and task → day


class Task(NamedTuple):
    """`state`: done, late, pending, overdue."""

    area: str
    task: str
    bearer: str
    due_on: date
    done_on: date | None
    state: str


def state_of(due_on: date, done_on: date | None, day: date) -> str:
    if done_on is not None:
        return "done" if done_on <= due_on else "late"
    return "overdue" if day > due_on else "pending"


_OF_YEAR = "from {table} where area = :county and year = :year"
_WITHIN = "where area like :within and year = :year"
_DAYS = (  # of publicity, recorded by the county's offices or by the townships themselves
    f"(select area, channel, recorded_on from publicity_list {_WITHIN}"
    f" union all select area, channel, recorded_on from township_publicity {_WITHIN} and recorded_on is not null) q"
)
_COUNTY = (
    "select 'study' as task, study_held_on as day " + _OF_YEAR.format(table="year_list"),
    "select 'summary' as task, summary_on as day " + _OF_YEAR.format(table="year_list"),
    "select 'plan' as task, plan_on as day " + _OF_YEAR.format(table="year_list"),
    "select 'publicity/' || channel as task, min(recorded_on) as day from " + _DAYS + " group by channel",
    "select 'follow-up' as task, min(followed_up_on) as day " + _OF_YEAR.format(table="follow_up_list"),
    "select 'identity-search' as task, min(made_on) as day " + _OF_YEAR.format(table="identity_search_list"),
    "select 'semester/' || substr(s.semester, 6) as task, s.opens_on as day from semester_list s"
    " join year_list y on y.year_id = s.year_id where y.area = :county and y.year = :year",
    f"select 'notices' as task, substr(max(issued_at), 1, 10) as day from entry_list {_WITHIN}"
    " and erased_at is null and ended_at is null having count(*) > 0 and count(notice_id) = count(*)",
)
_TOWNSHIPS = (
    f"select area, 'publicity-plan' as task, planned_on as day from publicity_plan_list {_WITHIN}",
    f"select area, 'publicity/' || channel as task, min(recorded_on) as day from {_DAYS} group by area, channel",
    f"select area, 'survey-opening' as task, opened_on as day from survey_list {_WITHIN}",
    f"select area, 'survey-closing' as task, closed_on as day from survey_list {_WITHIN}",
)
_AREAS = "select distinct substr(area, 1, 9) as area from (select area from zone_list union select area from"
_AREAS += " household_list) q where area like :within order by 1"


async def year_tasks(store: Store, reader: Actor, year: int, day: date) -> list[Task]:
    """Of the reader's county, or of the own township; in order of area and day."""
    county = county_of(reader.jurisdiction)
    params: dict[str, SqlValue] = {"county": county, "within": f"{county}%", "year": year}
    done: Done = {}
    for text in (*_COUNTY, *_TOWNSHIPS):
        for row in await store.fetch(text, {name: value for name, value in params.items() if f":{name}" in text}):
            done[str(row.get("area") or county), str(row["task"])] = str(row["day"] or "")
    townships = [str(row["area"]) for row in await store.fetch(_AREAS, {"within": f"{reader.jurisdiction}%"})]
    asked = [(county, task) for task in COUNTY_TASKS if len(reader.jurisdiction) <= len(county)]
    asked += [(township, task) for township in townships for task in TOWNSHIP_TASKS]
    return [_task(area, task, year, done, day) for area, task in asked]


def _task(area: str, task: tuple[str, str, int, int, int], year: int, done: Done, day: date) -> Task:
    name, bearer, later, month, of_month = task
    due_on = date(year + later, month, of_month)
    told = done.get((area, name))
    done_on = date.fromisoformat(told) if told else None
    return Task(area, name, bearer, due_on, done_on, state_of(due_on, done_on, day))


def as_row(task: Task) -> Record:
    return {**task._asdict(), "due_on": task.due_on.isoformat(), "done_on": task.done_on and task.done_on.isoformat()}
