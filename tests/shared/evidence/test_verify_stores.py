"""Both stores are verified alike; on PostgreSQL with the application's own role, which can only read."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import psycopg
import pytest
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.policy import Policy, TrustedLog
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.evidence.target import UnreachableTargetError, open_target
from baoxue_shared.evidence.verify import verify
from baoxue_shared.history.opening import migrate_store, open_store
from baoxue_shared.history.unit import Row, Unit

NAME, KEYS = "baoxue/220822/toy", SigningKeys([bytes(32)])
TRUST = Policy(logs={"toy": TrustedLog(origin=NAME, keys=tuple(map(str, KEYS.public(f"{NAME}/epoch-1"))))})


def row(number):
    identity, version = UUID(int=number // 3 + 1), number % 3 + 1
    at = datetime(2026, 5, 4, 1, tzinfo=UTC) + timedelta(seconds=number)
    metadata = {"actor": "person-7", "jurisdiction": "220822"}
    state = {"originator_id": identity, "originator_version": version, "timestamp": at, "metadata": metadata}
    return Row(identity, version, "toy.Gate.Visited", at, "person-7", "220822", msgspec.json.encode(state))


async def sealed(address, how_many=400):
    store = open_store(address, "toy")
    await store.append(Unit(rows=tuple(map(row, range(how_many)))))
    sealing = Sealing(EvidenceLog(store, NAME, KEYS))
    await sealing.load()
    while await sealing.seal():
        pass
    await store.close()


def verified(address, since=None):
    target = open_target(address)
    (report,) = verify(target, TRUST, datetime(2026, 5, 4, tzinfo=UTC), since, lambda *_: None)
    target.close()
    return report


async def test_a_store_that_nobody_touched_holds(address):
    store = address("toy")
    await sealed(store)
    report = verified(store)
    assert (report.faults, report.size) == ([], 400)
    assert verified(store, since=report.note).faults == []


async def test_what_the_owner_of_the_database_changed_is_found(fresh):
    addresses = fresh("toy")
    await sealed(addresses.app)
    with psycopg.connect(addresses.admin, autocommit=True) as owner:
        owner.execute("alter table toy.toy_events disable trigger all")
        owner.execute("update toy.toy_events set actor = 'nobody' where position = 300")
        owner.execute("delete from toy.toy_events where position > 390")
    faults = verified(addresses.app).faults
    assert [(fault.what, fault.position) for fault in faults] == [("columns", 300), ("tail-missing", 391)]


def test_what_is_no_service_is_told(tmp_path):
    (tmp_path / "text.sqlite3").write_text("no database", "utf-8")
    migrate_store(f"sqlite:///{tmp_path / 'two.sqlite3'}", "toy")
    migrate_store(f"sqlite:///{tmp_path / 'two.sqlite3'}", "aid")
    for name in ("text", "two", "missing"):
        with pytest.raises(UnreachableTargetError):
            open_target(str(tmp_path / f"{name}.sqlite3"))
