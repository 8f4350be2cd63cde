"""Figures by area, as of any instant: counted from the facts that were heard."""

from collections.abc import Mapping
from datetime import UTC, datetime

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.query import ask

COUNTED: Mapping[str, str] = {  # figure → kind of fact
    "children": "ChildRecorded",
    "households": "HouseholdRecorded",
    "surveyed": "HouseholdSurveyed",
    "confirmed": "HouseholdConfirmedByVillage",
    "notices_issued": "NoticeIssued",
    "notices_served": "NoticeServed",
    "checked_in": "CheckedIn",
    "check_ins_missed": "CheckInMissed",
    "cases_opened": "DropoutCaseOpened",
    "cases_closed": "DropoutCaseClosed",
    "returned": "ReturnedToSchool",
    "plans_opened": "PlanOpened",
    "payments": "MoneyPaid",
    "findings": "FindingRaised",
}
_COUNTS = ", ".join(f"sum(case when kind = '{kind}' then 1 else 0 end) as {name}" for name, kind in COUNTED.items())
_PAID = "sum(case when kind = 'MoneyPaid' then amount else 0 end) as paid_fen"
_SQL = f"""
select substr(area, 1, 9) as area, count(distinct school_id) as schools, {_COUNTS}, {_PAID} from ledger_facts
where {{scope}} and recorded_at <= :at and area like :within
group by substr(area, 1, 9) order by 1
"""


async def figures_by_area(store: Store, reader: Actor, at: datetime, within: str = "") -> list[Record]:
    """One line per township-level body (facts of the county or city itself under their own codes); money in fen."""
    return await ask(store, reader, _SQL, at=at.astimezone(UTC).isoformat(), within=f"{within}%")


async def figures_of(store: Store, reader: Actor, at: datetime) -> dict[str, int]:
    """The reader's whole reach in one line."""
    rows = await figures_by_area(store, reader, at)
    return {name: sum(int(str(row[name] or 0)) for row in rows) for name in (*COUNTED, "paid_fen")}
