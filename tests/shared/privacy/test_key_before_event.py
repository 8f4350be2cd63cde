"""No event is on record whose sealed field lost its key: kill -9 in the middle of commands that make keys."""

import os
import signal
import subprocess
import sys

import msgspec
import pytest
from baoxue_shared.history.opening import open_store
from baoxue_shared.privacy.sealer import Sealer

from tests.benchmarks.notes import Note

WRITE = """
import asyncio, sys
from itertools import count
from pathlib import Path
from baoxue_shared.actor import acting_as
from baoxue_shared.clock import SystemClock
from baoxue_shared.history.opening import open_store
from baoxue_shared.privacy.sealer import Sealer
from tests.benchmarks.append import COUNTY
from tests.benchmarks.notes import Notes, Write

async def main() -> None:
    notes = Notes(open_store(sys.argv[1], "toy"), Sealer.open_store(Path(sys.argv[2]), "toy"), SystemClock())
    numbers = count()

    async def write() -> None:
        while True:
            with acting_as(COUNTY, clock=SystemClock(), request_id=str(next(numbers))):
                print((await notes.write(Write(text="n"))).id, flush=True)

    await asyncio.gather(*(write() for _ in range(16)))

asyncio.run(main())
"""


@pytest.mark.parametrize("answered", [40, 90])
async def test_every_recorded_field_opens_after_a_kill(address, tmp_path, answered):
    place = address("toy")
    command = [sys.executable, "-c", WRITE, place, str(tmp_path / "keys")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        ids = {process.stdout.readline().strip() for _ in range(answered)}
        os.kill(process.pid, signal.SIGKILL)
    store, sealer = open_store(place, "toy"), Sealer.open_store(tmp_path / "keys", "toy")
    written = [msgspec.json.decode(row.state, type=Note.Written) async for row in store.stream()]
    assert ids <= {str(each.originator_id) for each in written}
    assert [await sealer.open(each.child_id, each.text) for each in written] == ["n"] * len(written)
    await store.close()
    sealer.close()
