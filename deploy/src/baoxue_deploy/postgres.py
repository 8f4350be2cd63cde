"""The embedded mode's own PostgreSQL: one server, a database per service, the roles of each."""

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from baoxue_shared.testing.postgres import Postgres

from baoxue_deploy.loading import load_rows
from baoxue_deploy.places import SERVICES

READY = "restoring"


def roomy(folder: Path) -> Path:
    """The server never runs as root: where an ordinary user may enter. Anew if `folder` was cleared away."""
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists()):
        return folder
    elsewhere = Path("/var/tmp") / f"baoxue{str(folder).replace('/', '-')}"  # noqa: S108 - a folder of the server's own
    if not folder.exists():
        shutil.rmtree(elsewhere, ignore_errors=True)
        folder.mkdir(parents=True)
    return elsewhere


class Addresses(NamedTuple):
    """Of the application's role, and of the migrating one."""

    store: str
    migrate_store: str


class Databases:
    """`root` must be a folder that an ordinary user may enter: the server never runs as root."""

    def __init__(self, root: Path, port: int) -> None:
        self._server = Postgres(root, port)

    def prepare(self) -> None:
        """Files made at the first time stay."""
        self._server.prepare()

    @property
    def command(self) -> list[str]:
        """The server in the foreground."""
        return self._server.command

    @property
    def started_as(self) -> dict[str, Any]:
        """By whom, and where: keyword arguments of Popen."""
        user = self._server.user
        return {"user": user, "group": user, "extra_groups": None if user is None else [], "cwd": self._server.root}

    def answer(self) -> bool:
        """Whether the server takes connections; just started, or killed, it first looks through what it wrote."""
        try:
            psycopg.connect(self._server.dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def made(self) -> dict[str, Addresses]:
        """A database per service; those that are there stay."""
        with psycopg.connect(self._server.dsn, autocommit=True) as connection:
            there = {row[0] for row in connection.execute("select datname from pg_database").fetchall()}
            for service in SERVICES:
                if f"baoxue_{service}" not in there:
                    connection.execute(f"create database baoxue_{service}".encode())
        return {service: self._addresses(service) for service in SERVICES}

    def load(self, service: str, path: str) -> None:
        """A SQLite history into a database beside the present one."""
        name = f"baoxue_{service}_{READY}"
        with psycopg.connect(self._server.dsn, autocommit=True) as connection:
            connection.execute(f"drop database if exists {name}".encode())
            connection.execute(f"create database {name}".encode())
        load_rows(service, Path(path), self._addresses(service, f"_{READY}").migrate_store)

    def rename(self, service: str, at: str) -> None:
        """The one beside takes the present one's place, which keeps its rows under another name; nothing if it has."""
        with psycopg.connect(self._server.dsn, autocommit=True) as connection:
            there = {row[0] for row in connection.execute("select datname from pg_database").fetchall()}
            present, ready = f"baoxue_{service}", f"baoxue_{service}_{READY}"
            if ready not in there:
                return
            if present in there:
                connection.execute(f'alter database {present} rename to "{present}_replaced_{at}"'.encode())
            connection.execute(f"alter database {ready} rename to {present}".encode())

    def _addresses(self, service: str, more: str = "") -> Addresses:
        place = f"127.0.0.1:{self._server.port}/baoxue_{service}{more}"
        return Addresses(f"postgresql://{service}_app@{place}", f"postgresql://postgres@{place}")
