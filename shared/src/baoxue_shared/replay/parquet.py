"""The record as one Parquet file of columns; what is sealed stays away."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from baoxue_shared.history.unit import Row
from baoxue_shared.replay.reading import entry

GROUP, PAGE = 50_000, 2_000  # rows of a row group, in columns until it is written; rows that wait to become columns
_INSTANT = pa.timestamp("us", tz="UTC")
_TEXT = ("id", "event", "actor", "role", "organisation", "jurisdiction", "clause", "request_id", "causation_id")
SCHEMA = pa.schema(
    [
        ("service", pa.string()),
        ("epoch", pa.int32()),
        ("position", pa.int64()),
        ("version", pa.int32()),
        ("recorded_at", _INSTANT),
        ("occurred_at", _INSTANT),
        ("backdated_days", pa.int32()),
        *((name, pa.string()) for name in _TEXT),
        ("facts", pa.string()),  # JSON
    ]
)


async def write_parquet(path: Path, found: AsyncIterator[tuple[str, Row]]) -> int:
    """Rows with their services' names, in bounded memory; how many."""
    written, page, group = 0, [], SCHEMA.empty_table()
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        async for service, row in found:
            page.append(_columns(service, row))
            if len(page) == PAGE:
                group, page = _joined(group, page), []
            if len(group) >= GROUP:
                writer.write_table(group)
                written, group = written + len(group), SCHEMA.empty_table()
        group = _joined(group, page)
        writer.write_table(group)
    return written + len(group)


def _joined(group: pa.Table, page: list[dict[str, Any]]) -> pa.Table:
    return pa.concat_tables([group, pa.Table.from_pylist(page, SCHEMA)])


def _columns(service: str, row: Row) -> dict[str, Any]:
    told = entry(row)
    times = {"recorded_at": row.recorded_at, "occurred_at": datetime.fromisoformat(told["occurred_at"])}
    return {**told, **times, "service": service, "facts": msgspec.json.encode(told["facts"]).decode()}
