"""The program of a service: `baoxue-<service> serve | migrate | rotate-key`."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, cast

import typer
import uvicorn
from fastapi import FastAPI

from baoxue_shared.evidence.checkpoint import origin_of
from baoxue_shared.evidence.keys import BadKeyError, SigningKeys, add_key, log_key_file, retire_key
from baoxue_shared.evidence.standing import log_name_of
from baoxue_shared.history.opening import NotMigratedError, UnfitStoreError, is_sqlite, migrate_store
from baoxue_shared.history.store import UnreachableStoreError
from baoxue_shared.logs import set_up_logs
from baoxue_shared.messages import Catalogue
from baoxue_shared.privacy.erasure import reapply_erasures
from baoxue_shared.service import Build, Role, open_world
from baoxue_shared.settings import ServiceSettings, settings_of
from baoxue_shared.web.health import add_health
from baoxue_shared.web.problems import add_problems
from baoxue_shared.working import working

USAGE, UNREACHABLE = 2, 3
ROLES = ("all", "api", "worker")
COLLECTED = (
    50_000,
    20,
    100,
)  # objects: a look at all of them holds every request up, and the young mostly go by themselves


def service_command(name: str, build: Build) -> typer.Typer:
    """The program of a service."""
    program = typer.Typer(no_args_is_help=True, add_completion=False)

    @program.command()
    def migrate() -> None:
        """Create or extend the service's tables; a step and, on PostgreSQL, a role of its own."""
        settings = settings_of(name)
        address = settings.store if is_sqlite(settings.store) else settings.migrate_store
        if address is None:
            _refuse(f"请设 / set BAOXUE_{name.upper()}_MIGRATE_STORE: postgresql://… 迁移角色 / of the migrating role")
        with _faults_told(name):
            password = settings.app_password
            migrate_store(address, name, password.get_secret_value() if password else None)

    @program.command()
    def serve(role: str = "all") -> None:
        """Take commands and queries (api), relay and react (worker), or both in one process (all)."""
        set_up_logs(name)
        settings = settings_of(name)
        if role not in ROLES:
            _refuse(f"--role: {' | '.join(ROLES)}")
        if role != "all" and is_sqlite(settings.store):
            _refuse("SQLite 只能由一个进程使用，请用 --role all 或 PostgreSQL / SQLite means one process: --role all")
        with _faults_told(name):
            asyncio.run(_serve(name, settings, build, cast("Role", role)))

    @program.command("rotate-key")
    def rotate_key(*, retire: bool = False) -> None:
        """A new key for the evidence log: from the next start both sign; --retire: the oldest signs no more."""
        settings = settings_of(name)
        if settings.log_key is not None:
            _refuse(f"密钥由设置给出 / the key is given by a setting: BAOXUE_{name.upper()}_LOG_KEY")
        with _faults_told(name):
            path = log_key_file(settings.keys, name)
            SigningKeys.open_file(path)
            retire_key(path) if retire else add_key(path)
            keys = SigningKeys.open_file(path)
        origin = origin_of(log_name_of(name, settings), 1)
        typer.echo("\n".join(map(str, keys.public(origin))))

    return program


def _refuse(message: str, status: int = USAGE) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(status)


@contextmanager
def _faults_told(name: str) -> Iterator[None]:
    """What is wrong with the store or a key, in the reader's words."""
    try:
        yield
    except NotMigratedError:
        _refuse(f"请先运行 baoxue-{name} migrate / run baoxue-{name} migrate first")
    except (UnfitStoreError, BadKeyError) as error:
        _refuse(str(error))
    except UnreachableStoreError as error:
        _refuse(str(error), UNREACHABLE)


def _api_of_a_worker(name: str) -> FastAPI:
    """Health and status alone."""
    api = FastAPI(title=f"Baoxue {name} worker", openapi_url=None)
    add_problems(api, Catalogue(f"baoxue_{name}"))
    return api


async def _serve(name: str, settings: ServiceSettings, build: Build, role: Role) -> None:
    gc.set_threshold(*COLLECTED)
    world = open_world(name, settings)
    parts = build(world)
    api = _api_of_a_worker(name) if role == "worker" else parts.api
    add_health(api, world)
    await reapply_erasures(world.store, world.sealer)  # a crash or a restore may have brought keys back
    config = uvicorn.Config(api, settings.host, settings.port, log_config=None, access_log=False)
    async with working(world, parts, role):
        await uvicorn.Server(config).serve()
    await world.store.close()
    world.sealer.close()
    world.evidence.close()
