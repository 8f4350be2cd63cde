"""A key is durable before anything sealed with it is seen: kill -9 right after `seal` answers."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import msgspec
from baoxue_shared.privacy.sealer import Sealer
from baoxue_shared.sealed import Sealed

CHILD_PROCESS = """
import asyncio, sys, msgspec
from pathlib import Path
from uuid import uuid4
from baoxue_shared.privacy.sealer import Sealer

async def seal_for_ever() -> None:
    sealer = Sealer.open_store(Path(sys.argv[1]), "cases")
    while True:
        child = uuid4()
        box = (await sealer.seal(child, "cases.X.Y", note="n"))["note"]
        print(child, msgspec.json.encode(box).decode(), flush=True)

asyncio.run(seal_for_ever())
"""


def test_every_field_sealed_before_a_kill_opens_after_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD_PROCESS, str(tmp_path / "keys")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(50)]
        os.kill(process.pid, signal.SIGKILL)
        lines += [line for line in process.stdout if line.endswith("\n")]
    sealer = Sealer.open_store(tmp_path / "keys", "cases")
    for line in lines:
        child, box = line.split(" ", 1)
        assert asyncio.run(sealer.open(UUID(child), msgspec.json.decode(box, type=Sealed))) == "n"
    sealer.close()
