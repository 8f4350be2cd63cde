"""Duties from scratch beside a bare decode of the same messages, and kept up live, with every child's duty open.

Time is the core's own (CPU seconds), for both.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import msgspec
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut, Engine, load_catalogue
from baoxue_shared.duties.message import fact_from
from baoxue_shared.duties.scratch import collector_at_rest

from tests.benchmarks.measured import QUICK, Result
from tests.benchmarks.stores import Places

CHILDREN = 15_000 if QUICK else 150_000
OTHERS = 2  # events of a kind that no duty asks for, for every third child
AIM_SPEED, AIM_MEMORY = 100_000, 1024  # events/s from scratch; MiB with all children's duties open
LIVE = 2_000 if QUICK else 20_000
AT = Cut(shanghai(date(2025, 8, 15)))


def message(position: int, kind: str, day: date, area: str, /, **data: object) -> bytes:
    """As the relay writes it."""
    instant = f"{day.isoformat()}T09:00:00+08:00"
    event = {
        "specversion": "1.0",
        "id": f"enrollment:1:{position}",
        "source": "/baoxue/enrollment/epoch/1",
        "type": kind,
        "subject": str(UUID(int=position)),
        "time": instant,
        "occurredat": instant,
        "sequence": position,
        "actor": "dev:county",
        "role": "county-education",
        "organisation": "220822",
        "jurisdiction": "220822",
        "causationid": f"enrollment:1:{position}",
        "correlationid": f"play/{position}",
        "data": {"area": area, **data},
    }
    return msgspec.json.encode(event)


def messages(children: int) -> Iterator[bytes]:
    """A county's spring: households surveyed, children placed, notices issued and served; nobody checked in yet."""
    first, position = date(2025, 3, 1), 1
    for township in range(20):
        school = {"school_id": str(UUID(int=township)), "name": "学校", "stage": "nine_year", "kind": "central"}
        place = f"2208221{township:02d}"
        yield message(position, "enrollment.ZoneDrawn.v1", first, place, **school, township=place, villages=[place])
        position += 1
    for number in range(children):
        area, child = f"2208221{number % 20:02d}200", str(UUID(int=1_000_000 + number))
        household, notice = str(UUID(int=2_000_000 + number)), str(UUID(int=3_000_000 + number))
        school = str(UUID(int=number % 20))
        known = {"child_id": child, "school_id": school}
        heard = {"year_id": household, "year": 2025, "channel": "tv", "recorded_on": "2025-03-10"}
        served = {**known, "notice_id": notice, "method": "in_hand", "served_on": "2025-06-19"}
        issued = {**known, "notice_id": notice, "entry": "grade_1", "number": "1", "report_on": "2025-09-05"}
        told = (
            ("HouseholdRecorded", 31, {"household_id": household}),
            ("HouseholdSurveyed", 40, {"household_id": household, "year": 2025, "surveyed_on": "2025-04-10"}),
            ("ChildRecorded", 41, {"child_id": child, "household_id": household}),
            ("ChildPlaced", 100, {**known, "entry": "grade_1"}),
            ("NoticeIssued", 101, issued),
            ("NoticeServed", 110, served),
            *([("PublicityRecorded", 9, heard)] * (OTHERS if number % 3 == 0 else 0)),
        )
        for kind, day, data in told:
            yield message(position, f"enrollment.{kind}.v1", first + timedelta(days=day), area, **data)
            position += 1


def peak() -> float:
    """MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def decoded(path: Path) -> dict[str, float]:
    """The peer: each message decoded to a fact, and thrown away."""
    start, count = time.process_time(), 0
    with path.open("rb") as lines:
        for line in lines:
            count += fact_from(line) is not None
    return {"events": count, "seconds": time.process_time() - start}


def reckoned(path: Path) -> dict[str, float]:
    """Ours: decoded, fed, and every duty's state told at the end; then live events, one deadline look a hundred."""
    engine, count = Engine(load_catalogue()), 0
    start = time.process_time()
    with path.open("rb") as lines, collector_at_rest():
        for line in lines:
            fact = fact_from(line)
            if fact is not None:
                engine.feed(fact)
                count += 1
        fed = time.process_time() - start
        states = engine.states(AT)
        seconds = time.process_time() - start
    pending = sum(state.state.value == "pending" for state in states)
    found = {"events": count, "fed": fed, "seconds": seconds, "open": pending, "peak": peak()}
    with collector_at_rest():
        return found | {"live": live(engine)}


def live(engine: Engine) -> float:
    """Events/s of check-ins that come one by one, with the deadlines looked at after each hundredth."""
    engine.newly_missed(AT.at)
    day = date(2025, 8, 16)
    coming = [
        message(
            9_000_000 + n,
            "enrollment.CheckedIn.v1",
            day,
            "220822100200",
            child_id=str(UUID(int=1_000_000 + n)),
            school_id=str(UUID(int=n % 20)),
            semester="2025-autumn",
            checked_in_on=day.isoformat(),
        )
        for n in range(LIVE)
    ]
    start = time.process_time()
    for number, line in enumerate(coming):
        fact = fact_from(line)
        if fact is not None:
            engine.feed(fact)
        if number % 100 == 0:
            engine.newly_missed(shanghai(day))
    return LIVE / (time.process_time() - start)


async def _alone(what: str, path: Path) -> dict[str, float]:
    """In a process of its own, so that memory is its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.duties", what, str(path), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    found: dict[str, float] = json.loads(told)
    return found


async def duties(_: Places) -> list[Result]:
    """From scratch and live."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "messages"
        with path.open("wb") as file:
            for line in messages(CHILDREN):
                file.write(line + b"\n")
        bare, ours = await _alone("decoded", path), await _alone("reckoned", path)
    speed, peer = ours["events"] / ours["seconds"], bare["events"] / bare["seconds"]
    case = f"{ours['events']:,.0f} events, {ours['open']:,.0f} duties open"
    return [
        Result("duties", case, "from scratch", "events/s of a core", speed, peer, "bare decode", speed / peer),
        Result(
            "duties", case, "from scratch", "events/s of a core", speed, AIM_SPEED, "the aim", speed / AIM_SPEED, 1.0
        ),
        Result(
            "duties", case, "peak memory", "MiB", ours["peak"], AIM_MEMORY, "the aim", AIM_MEMORY / ours["peak"], 1.0
        ),
        Result("duties", case, "live", "events/s of a core", ours["live"], peer, "bare decode", ours["live"] / peer),
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"decoded": decoded, "reckoned": reckoned}[sys.argv[1]](Path(sys.argv[2]))))
