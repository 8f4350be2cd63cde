"""The other source of NATS and PostgreSQL: container images (`pytest --containers`); a Docker engine must run."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

import psycopg

WANTED = "BAOXUE_TEST_CONTAINERS"  # set by the option, for all processes of a test run
POSTGRES, NATS = "postgres:18", "nats:2"
READY_WITHIN = 60.0


def wanted() -> bool:
    return os.environ.get(WANTED) == "1"


def container(image: str) -> Any:  # noqa: ANN401 - testcontainers is a tool of the tests alone
    """A testcontainers container, not yet started; the image may be set by the environment."""
    chosen = os.environ.get(f"BAOXUE_{image.partition(':')[0].upper()}_IMAGE", image)
    return import_module("testcontainers.core.container").DockerContainer(chosen)


@contextmanager
def running_postgres() -> Iterator[str]:
    """The administrator's dsn; everybody is trusted."""
    with container(POSTGRES).with_env("POSTGRES_HOST_AUTH_METHOD", "trust").with_exposed_ports(5432) as running:
        address = f"host={running.get_container_host_ip()} port={running.get_exposed_port(5432)}"
        dsn = f"{address} dbname=postgres user=postgres"
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError):
                psycopg.connect(dsn).close()
                break
            time.sleep(0.1)
        yield dsn
