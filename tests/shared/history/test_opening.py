"""A service says in plain words why it cannot work on a store."""

import sqlite3

import psycopg
import pytest
from baoxue_shared import program
from baoxue_shared.history import opening
from baoxue_shared.history.opening import (
    MightyRoleError,
    NotMigratedError,
    OldServerError,
    OtherFormatError,
    check_role,
    migrate_store,
    open_store,
)
from baoxue_shared.history.store import UnreachableStoreError
from baoxue_shared.testing.postgres import address_of
from typer.testing import CliRunner

NOWHERE = "postgresql://toy_app@127.0.0.1:9/toy"


def reformat(address, number):
    if address.startswith("sqlite"):
        with sqlite3.connect(address.removeprefix("sqlite:///")) as database:
            database.execute("update toy_format set format = ?", (number,))
        database.close()
    else:
        owner = address.replace("toy_app@", "postgres@")
        with psycopg.connect(owner) as connection:
            connection.execute("update toy.toy_format set format = %s", (number,))


async def test_a_migrated_store_opens(address):
    store = open_store(address("toy"), "toy")
    assert await store.last_position() == 0
    await store.close()


def test_a_store_of_another_format_is_refused_by_both_steps(address):
    place = address("toy")
    reformat(place, 2)
    with pytest.raises(OtherFormatError, match=r"2.*1"):
        open_store(place, "toy")
    with pytest.raises(OtherFormatError):
        migrate_store(place.replace("toy_app@", "postgres@"), "toy")


def test_a_store_without_tables_is_not_migrated(postgres, tmp_path):
    (tmp_path / "empty.sqlite3").touch()
    for place in (
        address_of(postgres, "postgres"),
        f"sqlite:///{tmp_path / 'none.sqlite3'}",
        f"sqlite:///{tmp_path / 'empty.sqlite3'}",
    ):
        with pytest.raises(NotMigratedError):
            open_store(place, "toy")


def test_a_server_that_does_not_answer_and_an_old_one_are_told(fresh, monkeypatch):
    with pytest.raises(UnreachableStoreError):
        open_store(NOWHERE, "toy")
    monkeypatch.setattr(opening, "OLDEST", 99)
    with pytest.raises(OldServerError, match="99"):
        open_store(fresh("toy").app, "toy")


def test_only_a_role_that_cannot_change_the_history_may_serve(fresh):
    addresses = fresh("toy")
    check_role(addresses.app, "toy")
    with pytest.raises(MightyRoleError, match="toy_app"):
        check_role(addresses.admin, "toy")


@pytest.fixture
def told(monkeypatch, tmp_path):
    """Exit status and words of the program under these settings."""

    monkeypatch.setattr(program, "set_up_logs", lambda _: None)  # the runner's output ends with the test

    def run(word, **settings):
        given = {"NATS_URL": "nats://127.0.0.1:9", "ISSUER": "http://127.0.0.1:9", "KEYS": str(tmp_path / "keys")}
        for key, value in {**given, "COUNTY": "220822", "PORT": "1", **settings}.items():
            monkeypatch.setenv(f"BAOXUE_TOY_{key}", value)
        made = program.service_command("toy", lambda _: pytest.fail("it must not come so far"))
        result = CliRunner().invoke(made, word.split())
        return result.exit_code, result.output

    return run


def test_the_program_ends_with_a_status_and_what_to_do(told, fresh, tmp_path):
    assert told("serve", STORE=NOWHERE)[0] == 3
    status, words = told("serve", STORE=f"sqlite:///{tmp_path / 'none.sqlite3'}")
    assert (status, "baoxue-toy migrate" in words) == (2, True)
    status, words = told("serve", STORE=fresh("toy").admin)
    assert (status, "toy_app" in words) == (2, True)
    status, words = told("migrate", STORE=fresh("toy").app)
    assert (status, "BAOXUE_TOY_MIGRATE_STORE" in words) == (2, True)
    assert told("migrate", STORE=NOWHERE, MIGRATE_STORE=NOWHERE)[0] == 3
