"""`baoxue sample`: an id or a value of the demonstration, to try a command with."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from baoxue_deploy.histories import open_store, stores_of
from baoxue_deploy.places import Places
from baoxue_deploy.running import remembered
from baoxue_deploy.simulation.people import People

Kind = Literal["child", "case", "event", "name", "fund", "bulletin"]
# service, topic, the fact that is wanted (None: the aggregate's own id)
_FIRST: Mapping[str, tuple[str, str, str | None]] = {
    "child": ("cases", "cases.DropoutCase.Opened", "child_id"),
    "case": ("cases", "cases.DropoutCase.Opened", None),
    "fund": ("aid", "aid.Fund.Opened", None),
    "bulletin": ("oversight", "oversight.Bulletin.Issued", None),
    "event": ("cases", "cases.DropoutCase.Opened", "event"),
}


class NothingToShowError(Exception):
    """Nothing of that kind is on record."""


async def sample(places: Places, kind: Kind) -> str:
    """NothingToShowError; NoHistoryError."""
    return _name(places) if kind == "name" else await _recorded(places, kind)


def _name(places: Places) -> str:
    """A synthetic child's, made anew from the seed: in clear it is recorded nowhere."""
    told: dict[str, Any] = remembered(places) or {}
    if "seed" not in told and places.report.exists():
        told = json.loads(places.report.read_text("utf-8"))
    if "seed" not in told:
        raise NothingToShowError("没有演示数据；请先运行 baoxue demo / no demonstration: run baoxue demo first")
    return People(int(told["seed"]), int(told["children"])).children[0].name


async def _recorded(places: Places, kind: str) -> str:
    service, topic, fact = _FIRST[kind]
    store = open_store(service, stores_of(places)[service])
    try:
        found = await store.fetch(
            f"select originator_id, position, epoch, state from {service}_events where topic = :topic"
            " order by position limit 1",
            {"topic": topic},
        )
    finally:
        await store.close()
    if not found:
        raise NothingToShowError(f"没有记录 / nothing recorded: {topic}")
    row = found[0]
    if fact == "event":
        return ":".join((service, str(int(row["epoch"] or 0)), str(int(row["position"] or 0))))
    if fact is None:
        return str(row["originator_id"])
    state = row["state"]
    return str(json.loads(state if isinstance(state, bytes) else str(state))[fact])
