"""The embedded mode's own PostgreSQL: one server, a database per service, the roles of each."""

from pathlib import Path
from typing import NamedTuple

import psycopg
from baoxue_shared.testing.postgres import Postgres

from baoxue_deploy.places import SERVICES


class Addresses(NamedTuple):
    """Of the application's role, and of the migrating one."""

    store: str
    migrate_store: str


class Databases:
    """`root` must be a folder that an ordinary user may enter: the server never runs as root."""

    def __init__(self, root: Path, port: int) -> None:
        self._server = Postgres(root, port)

    def start(self) -> dict[str, Addresses]:
        """Databases made at the first start stay."""
        self._server.start()
        with psycopg.connect(self._server.dsn, autocommit=True) as connection:
            there = {row[0] for row in connection.execute("select datname from pg_database").fetchall()}
            for service in SERVICES:
                if f"baoxue_{service}" not in there:
                    connection.execute(f"create database baoxue_{service}".encode())
        return {service: self.addresses(service) for service in SERVICES}

    @property
    def pid(self) -> int:
        """Of the running server."""
        return int((self._server.root / "data" / "postmaster.pid").read_text("utf-8").split()[0])

    def addresses(self, service: str) -> Addresses:
        place = f"127.0.0.1:{self._server.port}/baoxue_{service}"
        return Addresses(f"postgresql://{service}_app@{place}", f"postgresql://postgres@{place}")

    def stop(self) -> None:
        self._server.stop()
