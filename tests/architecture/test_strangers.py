"""A stranger's token opens nothing: every route of every service, walked by those whom the record does not concern."""

from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from baoxue_shared.access.permissions import ROLES
from baoxue_shared.access.reach import SCHOOL_ROLES
from baoxue_shared.history.sqlite import migrate_sqlite
from baoxue_shared.query import ask
from baoxue_shared.service import Build, Parts, World, open_world
from baoxue_shared.settings import ServiceSettings
from baoxue_shared.testing.bodies import COUNTY, SCHOOL
from baoxue_shared.testing.issuer import RunningIssuer
from baoxue_shared.testing.strangers import TURNED_AWAY, Asked, Planted, plant, recorded_about, told, walk
from baoxue_shared.view import View
from baoxue_shared.web import Reader, Routes

SERVICES = ("enrollment", "cases", "aid", "oversight")
BUILT = tuple(name for name in SERVICES if find_spec(f"baoxue_{name}.main"))

PUBLIC = frozenset({"/semesters"})  # dates of a county: they concern no person and no school


class Standing(NamedTuple):
    world: World
    parts: Parts
    planted: Planted


@pytest.fixture
async def standing(request: pytest.FixtureRequest, issuer: RunningIssuer, tmp_path: Path) -> AsyncIterator[Standing]:
    name, build = request.param
    path = tmp_path / f"{name}.sqlite3"
    settings = ServiceSettings(  # type: ignore[call-arg]
        store=f"sqlite:///{path}",
        nats_url="nats://127.0.0.1:9",
        issuer=issuer.url,
        keys=tmp_path / "keys",
        county=COUNTY,
        port=1,
    )
    migrate_sqlite(path, name)
    world = open_world(name, settings)
    parts = build()(world)
    yield Standing(world, parts, await plant(world.store, tuple(parts.views)))
    await world.store.close()
    world.sealer.close()


def service(name: str) -> Callable[[], Build]:
    return lambda: import_module(f"baoxue_{name}.main").build


each_service = pytest.mark.parametrize("standing", [(n, service(n)) for n in BUILT], ids=BUILT, indirect=True)


class Stranger(NamedTuple):
    token: str
    unknown: frozenset[str]  # what must not be told
    untouched: str  # what nothing recorded may name


PARTS = 4  # every role asks every route: a part of the roles at a time


def strangers(issuer: RunningIssuer, planted: Planted, part: slice) -> Iterator[Stranger]:
    """Every role of the neighbouring county, and the people of another school of this one."""
    for role in sorted(ROLES - {"operator"})[part]:
        if role in SCHOOL_ROLES:
            yield Stranger(issuer.token(role, str(uuid4()), COUNTY), planted.of_the_school, str(SCHOOL))
        else:
            yield Stranger(issuer.token(role, jurisdiction="220881"), planted.of_the_county, COUNTY)


def wrong(asked: Asked, unknown: frozenset[str]) -> str | None:
    """A command may be refused in any way: what it told and what it recorded is looked at."""
    leaked = told(asked, unknown)
    if leaked and asked.template not in PUBLIC:
        return f"{asked.method} {asked.template} tells {len(leaked)} values"
    status = asked.response.status_code
    return f"GET {asked.template}: {status}" if asked.method == "GET" and status not in TURNED_AWAY | {200} else None


async def found_by_strangers(standing: Standing, issuer: RunningIssuer, part: slice = slice(None)) -> set[str]:
    faults: set[str] = set()
    for stranger in strangers(issuer, standing.planted, part):
        before = await standing.world.store.last_position()
        async for asked in walk(standing.parts.api, stranger.token, standing.planted.of_the_county):
            faults.add(wrong(asked, stranger.unknown) or "")
        faults |= set(await recorded_about(standing.world.store, stranger.untouched, after=before))
    return faults - {""}


@each_service
@pytest.mark.parametrize("first", range(PARTS))
async def test_a_stranger_learns_nothing_and_records_nothing_here(
    standing: Standing, issuer: RunningIssuer, first: int
) -> None:
    assert await found_by_strangers(standing, issuer, slice(first, None, PARTS)) == set()


@each_service
async def test_nobody_gets_in_without_a_token(standing: Standing) -> None:
    answers = [a async for a in walk(standing.parts.api, None, standing.planted.of_the_county)]
    assert answers
    assert {f"{a.method} {a.template}" for a in answers if a.response.status_code != 401} == set()


@each_service
async def test_the_countys_own_people_do_see_what_strangers_are_not_told(
    standing: Standing, issuer: RunningIssuer
) -> None:
    """Without this the walk could be blind and the others green."""
    seen: set[str] = set()
    ids = standing.planted.of_the_county
    for role in sorted(ROLES - SCHOOL_ROLES):
        async for asked in walk(standing.parts.api, issuer.token(role, jurisdiction=COUNTY), ids):
            seen |= told(asked, ids) if asked.method == "GET" else set()
        if seen:
            break
    assert seen


class ToyList(View):
    name = "toy_list"
    tables = ("create table if not exists toy_list (case_id text primary key, area text, school_id text, note text)",)


def toy(condition: str) -> Callable[[], Build]:
    def build(world: World) -> Parts:
        async def list_cases(reader: Reader) -> list[dict[str, object]]:
            text = f"select *, {{scope}} as mine from toy_list where school_id is not null and {condition}"
            return [dict(row) for row in await ask(world.store, reader, text)]

        routes = Routes("cases", world)
        routes.query("/cases", list_cases)
        return Parts(application=None, api=routes.api, views=(ToyList(),))  # type: ignore[arg-type]

    return lambda: build


@pytest.mark.parametrize(
    ("standing", "leaks"), [(("cases", toy("{scope}")), False), (("cases", toy("1 = 1")), True)], indirect=["standing"]
)
async def test_the_walk_finds_a_query_that_forgets_its_reader(
    standing: Standing,
    issuer: RunningIssuer,
    leaks: bool,  # noqa: FBT001
) -> None:
    assert str(SCHOOL) not in standing.planted.of_the_school
    assert len(standing.planted.of_the_school) == 2
    assert bool(await found_by_strangers(standing, issuer)) is leaks
