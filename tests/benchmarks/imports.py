"""Rows of a household register a second, each durably recorded as events: beside bare parsing, and beside the floor.

The floor is what no program of this history can do without: the fields sealed, the state as JSON, key, look-up entry
and event inserted, on one connection, nothing decided and nothing checked.
"""

import asyncio
import io
import time
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import msgspec
import pyarrow.csv
from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.imports.household_register import HouseholdRegister
from baoxue_enrollment.imports.reading import Place
from baoxue_enrollment.register_commands import ImportHouseholdRegister
from baoxue_shared.actor import acting_as
from baoxue_shared.clock import SystemClock
from baoxue_shared.history.schema import sqlite_schema
from baoxue_shared.history.sqlite import SQLiteStore, connect
from baoxue_shared.history.store import Store
from baoxue_shared.inserting import insert_rows
from baoxue_shared.randomness import random_id
from python_calamine import CalamineWorkbook

from tests.benchmarks.append import COUNTY
from tests.benchmarks.measured import QUICK, ROUNDS, Result, side_by_side
from tests.benchmarks.registers import as_csv, as_xlsx
from tests.benchmarks.stores import SERVICE, Places

ROWS = 15_000 if QUICK else 150_000
TO_REACH = 15_000.0  # rows/s, the issue's
AT_ONCE = 1000
Clock = Callable[[], float]
TIMES = min(ROUNDS, 3)
FIELDS = ("household_number", "name", "sex", "born_on", "id_number", "relation")
MORE = ("guardian_name", "guardian_phone", "groups")


async def ours(places: Places, kind: str, content: bytes, clock: Clock = time.perf_counter) -> float:
    """Rows a second of one import into an empty store, from the file's bytes to the answer."""
    store, sealer = places.store(kind), places.sealer()
    began = clock()
    register = HouseholdRegister(content, Place("household", "household", None, str), date(2026, 1, 1))
    with acting_as(COUNTY, clock=SystemClock()):
        command = ImportHouseholdRegister(sha256=register.sha256)
        recorded = await Enrollment(store, sealer, SystemClock()).import_household_register(command, register)
    rate = ROWS / (clock() - began)
    if recorded.answer is None or recorded.answer["accepted"] != ROWS:
        raise AssertionError(recorded)
    await _close(store)
    sealer.close()
    return rate


async def _close(store: Store) -> None:
    await store.close()
    if isinstance(store, SQLiteStore):
        store.path.unlink()


def parsed_csv(content: bytes) -> None:
    if pyarrow.csv.read_csv(io.BytesIO(content)).num_rows != ROWS:
        raise AssertionError


def parsed_xlsx(content: bytes) -> None:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    if len(sheet.to_python()) != ROWS + 1:
        raise AssertionError


def _timed(parse: Callable[[bytes], None], content: bytes) -> float:
    began = time.perf_counter()
    parse(content)
    return ROWS / (time.perf_counter() - began)


def floor(places: Places) -> float:
    """Rows a CPU-second, two rows to a household as in the file."""
    path, sealer = places.folder / f"{uuid4()}.sqlite3", places.sealer()
    connection = connect(path)
    connection.executescript(sqlite_schema(SERVICE))
    connection.execute("pragma cache_size = -32768")
    metadata = {"actor": "dev:county-education", "request_id": "x" * 40, "correlation_id": "x" * 36, "salt": "x" * 22}
    began, position = time.process_time(), 0
    for first in range(0, ROWS, AT_ONCE):
        events: list[tuple[str, bytes]] = []
        wanted = {}
        for n in range(first, first + AT_ONCE):
            child = random_id()
            sealed, _ = sealer.seal_until_settled(child, "enrollment.Child.Recorded", **_plain(n))
            state = {"metadata": metadata, "area": "220822100210", "entry_year": 2020, "identity": sealed}
            events.append((str(child), msgspec.json.encode(state)))
            wanted[f"{n:064x}"] = child
            if n % 2:
                household = random_id()
                wanted[f"h{n:063x}"] = household
                events.append((str(household), msgspec.json.encode({"metadata": metadata, "area": "220822100210"})))
        sealer._keys.claim(wanted)
        sealer.settle()
        connection.execute("begin immediate")
        head = ("enrollment.Child.Recorded", "2026-01-01T00:00:00+00:00", "dev", "220822")
        values = [(position + m, 1, one, 1, *head, state) for m, (one, state) in enumerate(events, 1)]
        insert_rows(connection, f"into {SERVICE}_events", values)
        connection.execute("commit")
        position += len(events)
    rate = ROWS / (time.process_time() - began)
    connection.close()
    sealer.close()
    path.unlink()
    return rate


def _plain(n: int) -> dict[str, str]:
    return dict.fromkeys((*FIELDS, *MORE), f"测试{n}")


async def imports(places: Places) -> list[Result]:
    """Case `<store>-<form>`."""
    results: list[Result] = []
    files = {"csv": (as_csv(ROWS), parsed_csv, "pyarrow.csv"), "xlsx": (as_xlsx(ROWS), parsed_xlsx, "python-calamine")}

    def result(case: str, metric: str, mine: float, peer: tuple[float, str], aim: float | None = None) -> None:
        results.append(Result("import", case, metric, "1/s", mine, peer[0], peer[1], mine / peer[0], aim))

    for kind, form in (("sqlite", "csv"), ("sqlite", "xlsx"), ("postgresql", "csv")):
        content, parse, library = files[form]

        async def mine(kind: str = kind, content: bytes = content) -> float:
            return await ours(places, kind, content)

        async def bare(parse: Callable[[bytes], None] = parse, content: bytes = content) -> float:
            return await asyncio.to_thread(_timed, parse, content)

        rate, peer = await side_by_side(mine, bare, TIMES)
        result(f"{kind}-{form}", "rows recorded", rate, (peer, f"parsing alone, {library}"))
        result(f"{kind}-{form}", "rows recorded", rate, (TO_REACH, "to reach"), 1.0)

    async def by_cpu() -> float:
        return await ours(places, "sqlite", files["csv"][0], time.process_time)

    async def least() -> float:
        return await asyncio.to_thread(floor, places)

    rate, lowest = await side_by_side(by_cpu, least, TIMES)
    result("sqlite-csv", "rows recorded of a CPU-second", rate, (lowest, "floor: seal, JSON, insert"))
    return results
