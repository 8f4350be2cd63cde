"""`migrate` gives the application's role its password; no log has it in clear."""

import psycopg
import pytest
from baoxue_shared.history.opening import UnreachableStoreError, migrate_store, open_store
from baoxue_shared.testing.postgres import address_of, own_postgres

RULES = "host all toy_app 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
FIRST, SECOND = "first-口令", "second-口令"


@pytest.fixture
def server():
    """One that asks the application's role for a password, and logs all statements."""
    with own_postgres() as server:
        (server.root / "data" / "pg_hba.conf").write_text(RULES, "utf-8")
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("alter system set log_statement = 'all'")
            connection.execute("select pg_reload_conf()")
        yield server


def enter(server, password):
    open_store(address_of(server.dsn, "postgres", "toy_app").replace("toy_app@", f"toy_app:{password}@"), "toy")


def test_without_one_nobody_enters_and_with_one_only_who_knows_it(server):
    admin = address_of(server.dsn, "postgres")
    migrate_store(admin, "toy")
    with pytest.raises(UnreachableStoreError, match="password authentication failed"):
        enter(server, FIRST)
    for password, other in ((FIRST, SECOND), (SECOND, FIRST)):
        migrate_store(admin, "toy", password)
        enter(server, password)
        with pytest.raises(UnreachableStoreError, match="password authentication failed") as refused:
            enter(server, other)
        assert other not in str(refused.value)
    migrate_store(admin, "toy")  # left as it is
    enter(server, SECOND)
    log = (server.root / "log").read_text("utf-8")
    assert 'alter role "toy_app" password \'SCRAM-SHA-256' in log
    assert FIRST not in log
    assert SECOND not in log
