"""Reading a child's file is recorded, and the record stays."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from baoxue_shared.actor import Actor, acting_as
from baoxue_shared.clock import FixedClock
from baoxue_shared.history.sqlite import SQLiteStore, migrate_sqlite
from baoxue_shared.privacy.readlog import ReadLog

CLOCK = FixedClock(datetime(2026, 5, 4, 1, tzinfo=UTC))


def test_who_read_which_file_when_is_on_record_and_stays_there(tmp_path: Path) -> None:
    path, child = tmp_path / "c.sqlite3", uuid4()
    migrate_sqlite(path, "cases")
    store = SQLiteStore(path, "cases")
    teacher = Actor("p7", "teacher", "s1", "220822")

    async def story() -> None:
        with acting_as(teacher, clock=CLOCK, request_id="r"):
            await ReadLog(store).record(teacher, child, "case")
        await store.close()

    asyncio.run(story())
    with sqlite3.connect(path) as database:
        entry = database.execute(
            "select at, subject, role, organisation, child_id, what from cases_read_log"
        ).fetchone()
        assert entry == ("2026-05-04T01:00:00+00:00", "p7", "teacher", "s1", str(child), "case")
        for act in ("delete from cases_read_log", "update cases_read_log set subject = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(act)
