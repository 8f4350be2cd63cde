"""Fresh stores for a bench, ours and the library's, on the same disk."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from baoxue_shared.history.opening import migrate_store, open_store
from baoxue_shared.history.store import Store
from baoxue_shared.privacy.sealer import Sealer
from baoxue_shared.testing.postgres import running_postgres
from eventsourcing.persistence import ApplicationRecorder
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

_numbers = count()
SERVICE = "bench"
KINDS = ("sqlite", "postgresql")


class Places:
    """`folder` for files; the administrator's dsn of a running server."""

    def __init__(self, folder: Path, dsn: str) -> None:
        self.folder, self._dsn = folder, dsn
        self._open: list[PostgresDatastore] = []

    def _database(self) -> str:
        name = f"bench{next(_numbers)}"
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute(f"create database {name}".encode())
            self.port = connection.info.port
        return name

    def store(self, kind: str) -> Store:
        """Ours, empty."""
        if kind == "sqlite":
            address = f"sqlite:///{self.folder / f'ours{next(_numbers)}.sqlite3'}"
            migrate_store(address, SERVICE)
            return open_store(address, SERVICE)
        name = self._database()
        migrate_store(f"postgresql://postgres@127.0.0.1:{self.port}/{name}", SERVICE)
        return open_store(f"postgresql://{SERVICE}_app@127.0.0.1:{self.port}/{name}", SERVICE)

    def sealer(self) -> Sealer:
        return Sealer.open_store(self.folder / f"keys{next(_numbers)}", SERVICE)

    def library(self, kind: str, pool: int) -> ApplicationRecorder:
        """The library's own recorder, empty, with a pool of that size."""
        if kind == "sqlite":
            path = self.folder / f"library{next(_numbers)}.sqlite3"
            recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(path), pool_size=pool, max_overflow=0))
            recorder.create_table()
            return recorder
        name = self._database()
        datastore = PostgresDatastore(
            name, "127.0.0.1", str(self.port), "postgres", "", pool_size=pool, max_overflow=0, connect_timeout=30
        )
        self._open.append(datastore)
        made = PostgresApplicationRecorder(datastore, events_table_name="stored_events")
        made.create_table()
        return made

    def library_environment(self, kind: str) -> dict[str, str]:
        """Settings of a library application on a store of its own."""
        if kind == "sqlite":
            path = str(self.folder / f"library{next(_numbers)}.sqlite3")
            return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path}
        name = self._database()
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": name,
            "POSTGRES_HOST": "127.0.0.1",
            "POSTGRES_PORT": str(self.port),
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "x",
        }

    def close(self) -> None:
        for datastore in self._open:
            datastore.close()


@contextmanager
def places() -> Iterator[Places]:
    folder = Path(tempfile.mkdtemp(prefix="baoxue-bench-"))
    try:
        with running_postgres() as dsn:
            found = Places(folder, dsn)
            yield found
            found.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
