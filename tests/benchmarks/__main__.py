"""`make bench [ONLY=append] [QUICK=1]`: ours beside a peer, in the same run."""

import asyncio
import os
from pathlib import Path

from tests.benchmarks.append import append
from tests.benchmarks.catchup import catchup
from tests.benchmarks.duties import duties
from tests.benchmarks.evidence import evidence
from tests.benchmarks.imports import imports
from tests.benchmarks.latency import latency
from tests.benchmarks.measured import tell
from tests.benchmarks.notices import notice_papers
from tests.benchmarks.replay import replay
from tests.benchmarks.stores import places

BENCHES = {
    "append": append,
    "replay": replay,
    "latency": latency,
    "catchup": catchup,
    "evidence": evidence,
    "duties": duties,
    "import": imports,
    "notices": notice_papers,
}


async def main() -> None:
    only = os.environ.get("ONLY")
    with places() as found:
        for name, bench in BENCHES.items():
            if not only or only == name:
                tell(await bench(found), Path("var/bench.json"))


asyncio.run(main())
