"""Whoever owns the machine may change the database; what was cosigned cannot be changed without being found."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from baoxue_shared.evidence.checkpoint import read_checkpoint
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.note import Note, read_note
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.evidence.target import open_target
from baoxue_shared.evidence.verify import verify
from baoxue_shared.history.sqlite import SQLiteStore


def column(path, sql, *params):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql, params).fetchone()


def state(scene, position):
    return column(scene.path, "select state from toy_events where position = ?", position)[0]


def child_at(scene, position):
    """The child or the record whose event stands there."""
    told = json.loads(state(scene, position))
    return f"child {told['child_id']}" if "child_id" in told else f"record {told['originator_id']}"


def with_state(position, changed):
    return ("update toy_events set state = ? where position = ?", (changed, position))


async def reseal(path, keys):
    """As a service would that finds no tiles: the attacker makes the whole log anew."""
    store = SQLiteStore(path, "toy")
    log = EvidenceLog(store, "baoxue/220822/toy", keys)
    sealing = Sealing(log)
    await sealing.load()
    while await sealing.seal():
        pass
    await store.close()


NO_LOG = ("delete from toy_tiles", "delete from toy_checkpoints")


async def test_an_untouched_log_holds(scene):
    (report,) = scene.verified()
    assert (report.faults, report.size, report.beyond) == ([], 600, 5)
    assert report.cosigned.keys() == {"aid", "oversight"}
    assert scene.faults(scene.copy()) == []


async def test_a_changed_payload_is_found_at_its_position_with_its_child(scene):
    for position, old, new in [(371, b'"area":"220822"', b'"area":"220823"'), (375, b"T0", b"T1")]:
        changed = state(scene, position).replace(old, new, 1)
        assert changed != state(scene, position)
        (fault,) = scene.faults(scene.copy(with_state(position, changed)))
        assert fault.position == position
        assert fault.what in {"changed", "columns"}
        assert fault.concerns == (child_at(scene, position),)


async def test_one_changed_byte_anywhere_in_a_payload_is_found(scene):
    whole = state(scene, 371)
    for at in range(0, len(whole), 37):
        flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        (fault, *_) = scene.faults(scene.copy(with_state(371, flipped)))
        assert fault.position == 371


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "somebody-else"), ("recorded_at", "2026-05-04T00:00:01+00:00"), ("jurisdiction", "220881")],
)
async def test_a_column_that_differs_from_its_payload_is_named(scene, column, value):
    (fault,) = scene.faults(scene.copy(f"update toy_events set {column} = '{value}' where position = 42"))
    assert (fault.what, fault.position, fault.concerns) == ("columns", 42, (child_at(scene, 42),))
    assert column in fault.en


@pytest.mark.parametrize(("column", "inside"), [("actor", "actor"), ("recorded_at", "timestamp")])
async def test_an_actor_or_a_time_changed_in_column_and_payload_alike_is_found(scene, column, inside):
    told = json.loads(state(scene, 42))
    new = {"actor": "somebody-else", "timestamp": "2026-05-04T00:00:01Z"}[inside]
    (told if inside in told else told["metadata"])[inside] = new
    text = json.dumps(told, separators=(",", ":")).encode()
    change = (f"update toy_events set state = ?, {column} = ? where position = 42", (text, new.replace("Z", "+00:00")))
    (fault,) = scene.faults(scene.copy(change))
    assert (fault.what, fault.position, fault.concerns) == ("changed", 42, (child_at(scene, 42),))


async def test_a_deleted_event_and_a_deleted_tail_are_missed(scene):
    fault = scene.faults(scene.copy("delete from toy_events where position = 300"))[0]
    assert (fault.what, fault.position) == ("missing", 300)
    fault = scene.faults(scene.copy("delete from toy_events where position > 590"))[0]
    assert (fault.what, fault.position) == ("tail-missing", 591)
    assert "591" in fault.zh
    assert "600" in fault.zh


async def test_a_deleted_event_whose_gap_was_closed_is_found(scene):
    attack = (
        "delete from toy_events where position = 300",
        "update toy_events set position = position - 1 where position > 300",
    )
    faults = scene.faults(scene.copy(*attack))
    assert faults[0].position == 300


async def test_swapped_events_are_found(scene):
    swap = [
        f"update toy_events set position = {new} where position = {old}" for old, new in ((7, -1), (18, 7), (-1, 18))
    ]
    faults = scene.faults(scene.copy(*swap))
    assert faults[0].position == 7


async def test_an_inserted_event_is_found(scene):
    shift = (
        "update toy_events set position = -position - 1 where position >= 200",
        "update toy_events set position = -position where position < 0",
    )
    insert = (
        "insert into toy_events select 200, epoch, 'c0ffee00-0000-4000-8000-000000000000', 1, topic, recorded_at,"
        " actor, jurisdiction, state from toy_events where position = 199"
    )
    faults = scene.faults(scene.copy(*shift, insert))
    assert faults[0].position == 200


async def test_an_event_and_its_tiles_changed_together_are_found_between_two_checkpoints(scene):
    changed = state(scene, 150).replace(b'"salt":"', b'"salt":"x')
    path = scene.copy(with_state(150, changed), *NO_LOG)
    await reseal(path, scene.log.keys)
    faults = scene.faults(path)
    assert [fault.what for fault in faults] == ["rewritten"]
    assert faults[0].position == 101
    assert "300" in faults[0].en


async def test_a_whole_history_rewritten_with_a_fresh_key_is_not_trusted(scene):
    path = scene.copy(*NO_LOG, "delete from toy_cosignatures", "delete from toy_events where position > 500")
    await reseal(path, SigningKeys([bytes(32)]))
    faults = scene.faults(path)
    assert faults[0].what == "untrusted"
    assert "not signed by a key" in faults[0].en


async def test_a_history_rewritten_with_the_logs_own_key_lacks_its_witnesses(scene):
    path = scene.copy(*NO_LOG, "delete from toy_cosignatures", "delete from toy_events where position > 500")
    await reseal(path, scene.log.keys)
    faults = scene.faults(path)
    assert faults[0].what == "untrusted"
    assert "0 of the 2" in faults[0].en


async def test_a_database_that_was_rolled_back_is_caught_by_a_known_checkpoint_and_by_age(scene, scenery):
    note = scene.verified()[0].note
    old = scene.copy(
        "delete from toy_events where position > 300",
        "delete from toy_cosignatures where size > 300",
        *NO_LOG,
    )
    await reseal(old, scene.log.keys)
    assert scene.faults(old) == []
    (fault,) = scene.faults(old, trust=scenery.policy(log={"known": note}))
    assert fault.what == "rolled-back"
    assert [fault.what for fault in scene.faults(old, since=note)][:1] == ["rolled-back"]
    (fault,) = scene.faults(old, trust=scenery.policy(max_age_seconds=200), now=scene.gates.clock.now())
    assert fault.what == "stale"


async def test_an_old_cosigned_checkpoint_shown_again_is_stale(scene, scenery):
    replayed = scene.copy("delete from toy_cosignatures where size > 300")
    trust, now = scenery.policy(max_age_seconds=200), scene.gates.clock.now()
    assert [fault.what for fault in scene.faults(replayed, trust=trust, now=now)] == ["stale"]
    assert scene.faults(trust=trust, now=now) == []
    assert [f.what for f in scene.faults(trust=trust, now=now + timedelta(days=1))] == ["stale"]


async def test_a_truncated_or_removed_tile_is_found(scene):
    for attack in (
        "update toy_tiles set hashes = substr(hashes, 1, 64) where level = 0 and tile = 1",
        "delete from toy_tiles where level = 0 and tile = 1",
    ):
        (fault,) = scene.faults(scene.copy(attack))
        assert fault.what == "tile"
        assert "0/1" in fault.en
    (fault,) = scene.faults(scene.copy("update toy_tiles set hashes = zeroblob(64) where level = 1"))
    assert "1/0" in fault.en


async def test_a_forged_cosignature_is_found_and_its_witness_named(scene):
    (text,) = column(scene.path, "select note from toy_cosignatures where size = 600 and witness = 'aid'")
    note = read_note(text)
    forged = [s._replace(value=s.value[:8] + bytes(64)) if s.name.endswith("aid") else s for s in note.signatures]
    changed = str(Note(note.text, tuple(forged)))
    attack = ("update toy_cosignatures set note = ? where size = 600 and witness = 'aid'", (changed,))
    (fault,) = scene.faults(scene.copy(attack))
    assert fault.what == "forged"
    assert "baoxue/220822/aid" in fault.en


async def test_two_cosignatures_of_one_witness_are_one(scene):
    (text,) = column(scene.path, "select note from toy_cosignatures where size = 600 and witness = 'aid'")
    attack = ("update toy_cosignatures set note = ? where size = 600 and witness = 'oversight'", (text,))
    (report,) = scene.verified(scene.copy(attack))
    assert report.size == 300


async def test_a_topic_that_names_a_python_function_is_found_and_not_imported(scene):
    (fault, *_) = scene.faults(scene.copy("update toy_events set topic = 'os:system' where position = 9"))
    assert (fault.what, fault.position) == ("topic", 9)
    hostile = state(scene, 11).replace(b'"toy.Gate"', b'"os:system"')
    assert hostile != state(scene, 11)
    found = scene.faults(scene.copy(with_state(11, hostile), name="payload"))
    assert {fault.what for fault in found} >= {"topic"}


async def test_a_time_before_the_witness_saw_what_came_before_is_found(scene, county, scenery):
    """The service's own clock says last week; the witnesses' times say it cannot be."""
    scene.gates.clock.advance(days=7)
    await scene.record(county, 20)
    await scene.seal()
    await scene.cosign()
    assert scene.faults() == []
    scene.gates.clock.advance(days=-3)
    await scene.record(county, 20)
    scene.gates.clock.advance(days=3)
    await scene.seal()
    await scene.cosign()
    (fault,) = scene.faults()
    assert fault.what == "time"
    assert "before the cosignature" in fault.en


async def test_a_simulated_clock_may_jump_over_what_is_not_sealed_yet(scene, county):
    scene.gates.clock.simulated = True
    await scene.record(county, 5)
    await scene.seal()
    await scene.record(county, 5)
    scene.gates.clock.advance(days=1)
    await scene.cosign()
    await scene.seal()
    await scene.cosign()
    (report,) = scene.verified()
    assert (report.faults, report.simulated) == ([], 10)


async def test_a_time_after_the_witness_saw_it_is_found(scene, county):
    scene.gates.clock.advance(hours=1)
    await scene.record(county, 5)
    await scene.seal()
    await scene.cosign(at=scene.gates.clock.now() - timedelta(minutes=30))
    (fault,) = scene.faults()
    assert fault.what == "time"
    assert "after the cosignature" in fault.en


async def test_only_what_is_new_is_checked_since_a_known_checkpoint(scene, scenery, county):
    note = scene.verified()[0].note
    await scene.record(county, 50)
    await scene.seal()
    await scene.cosign()
    target, seen = open_target(str(scene.path)), []
    rows = target.rows
    target.rows = lambda after, limit: seen.append(after) or rows(after, limit)
    (report,) = verify(target, scenery.policy(), scenery.NOW, note, lambda *_: None)
    target.close()
    assert (report.faults, report.size) == ([], 655)
    assert min(seen) == 600
    changed = state(scene, 620).replace(b'"salt":"', b'"salt":"x')
    (fault,) = scene.faults(scene.copy(with_state(620, changed)), since=note)
    assert fault.position == 620
    other = str(scene.log.signed(read_checkpoint(read_note(note).text)._replace(root=bytes(32)), 1))
    assert [fault.what for fault in scene.faults(since=other)] == ["forked"]


async def test_without_a_policy_a_rewritten_log_still_looks_whole_and_that_is_said(scene):
    path = scene.copy(*NO_LOG, "delete from toy_cosignatures", "delete from toy_events where position > 500")
    await reseal(path, SigningKeys([bytes(32)]))
    target = open_target(str(path))
    (report,) = verify(target, None, scene.gates.clock.now(), None, lambda *_: None)
    target.close()
    assert report.faults == []
    assert report.size == 500
