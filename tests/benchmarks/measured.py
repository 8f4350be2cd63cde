"""Results of benches: medians of interleaved rounds, printed as tables and kept as JSON."""

import json
import os
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

QUICK = bool(os.environ.get("QUICK"))
ROUNDS = 3 if QUICK else 5
SECONDS = 1.0 if QUICK else 3.0
Run = Callable[[], Awaitable[float]]


@dataclass(frozen=True)
class Result:
    """One line of bench.json; `aim`: the ratio to reach, None if there is none."""

    bench: str
    case: str
    metric: str
    unit: str
    ours: float
    peer: float
    peer_name: str
    ratio: float
    aim: float | None = None

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return "—"
        return "reached" if self.ratio >= self.aim else "MISSED"


async def side_by_side(ours: Run, peer: Run, rounds: int = ROUNDS) -> tuple[float, float]:
    """Medians of rounds that take turns, so that a noisy moment hits both."""
    mine, theirs = [], []
    for _ in range(rounds):
        mine.append(await ours())
        theirs.append(await peer())
    return statistics.median(mine), statistics.median(theirs)


def tell(results: list[Result], path: Path) -> None:
    """Print and write; results of other benches in the file stay."""
    table = Table("bench", "case", "metric", "unit", "ours", "peer", "peer is", "ratio", "aim", "")
    for r in results:
        aim = "" if r.aim is None else f"≥ {r.aim:g}"
        table.add_row(
            r.bench,
            r.case,
            r.metric,
            r.unit,
            f"{r.ours:,.2f}",
            f"{r.peer:,.2f}",
            r.peer_name,
            f"{r.ratio:.2f}",
            aim,
            r.verdict,
        )
    Console(width=200, emoji=False).print(table)
    kept = json.loads(path.read_text("utf-8")) if path.exists() else []
    done = {r.bench for r in results}
    lines = [line for line in kept if line["bench"] not in done] + [asdict(r) for r in results]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", "utf-8")
