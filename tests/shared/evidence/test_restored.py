"""A history of two epochs: what a restore lost is told from its own statement, and a loss without one stays a fault."""

import asyncio
import json
import sqlite3
import zipfile
from contextlib import closing

import pytest
from baoxue_shared.evidence.bundle import Selection
from baoxue_shared.evidence.checkpoint import Checkpoint, read_checkpoint
from baoxue_shared.evidence.command import loss_told, told
from baoxue_shared.evidence.entry import decode
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.merkle import EMPTY_ROOT, consistency_path, proof
from baoxue_shared.evidence.note import Note, read_note
from baoxue_shared.evidence.proving import receipt_for
from baoxue_shared.evidence.target import open_target
from baoxue_shared.evidence.tree import nodes_in, places_of, width_of
from baoxue_shared.evidence.verify_bundle import verify_bundle
from baoxue_shared.history.restoration import Loss, Word, begin_epoch
from baoxue_shared.history.sqlite import SQLiteStore, migrate_sqlite
from baoxue_shared.replay.export import Export

WORD = Word("dev:county-government", "机房断电后恢复")
SIZE, COSIGNED = 605, 625


def proved(target, old, new):
    """That the tree of `new` leaves extends that of `old`, from the tiles of whoever has them."""
    path = consistency_path(old, new)
    tiles = {place: target.tile(1, place, width_of(new, place)) for place in places_of(path)}
    return proof(nodes_in(tiles), path)


@pytest.fixture
async def restored(scene, scenery, county):
    """605 of 625 cosigned leaves came back, ten of the new epoch are cosigned: `await restored(*attacks, **wrong)`."""
    old = scene.copy(name="old")
    await scene.record(county, 20)
    await scene.seal()
    await scene.cosign()
    present = open_target(str(scene.path))
    note = str(next(present.notes(1)))
    hashes = proved(present, SIZE, COSIGNED)
    present.close()

    async def again(*attacks, **wrong):
        path = scene.folder / "restored.sqlite3"
        with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(path)) as there:
            source.backup(there)
            for attack in attacks:
                there.execute(attack)
            there.commit()
        store = SQLiteStore(path, "toy")
        gates = type(scene.gates)(store, scene.gates.sealer, scene.gates.clock)
        new = scene._replace(gates=gates, log=EvidenceLog(store, scenery.NAME, scenery.LOG_KEYS))
        root = read_checkpoint(read_note((await new.log.sealed()).note).text).root
        loss = Loss(note, SIZE, root, hashes, COSIGNED, ("JetStream 607-612",))._replace(**wrong)
        await begin_epoch(store, scene.gates.clock, "220822", loss, WORD)
        await new.record(county, 9)
        await new.seal()
        await new.cosign()
        await store.close()
        return new

    return again


async def test_a_stated_loss_holds_and_is_told_leaf_by_leaf_with_who_held_it(restored, scenery):
    new = await restored()
    first, second = new.verified()
    assert (first.faults, first.size, first.beyond) == ([], SIZE, 0)
    assert (second.faults, second.size, second.origin) == ([], 10, f"{scenery.NAME}/epoch-2")
    assert list(second.lost) == list(range(SIZE, COSIGNED))
    said = told(second, scenery.policy())["restored"]
    assert said["lost"] == {"first": 605, "last": 624, "count": 20}
    assert (said["approver"], said["unproved"], said["held"]) == ("dev:county-government", False, ["JetStream 607-612"])
    assert any("605" in line and "624" in line for line in loss_told(second))


async def test_what_an_auditor_knew_of_the_lost_part_is_no_rewind_when_the_loss_is_stated(restored, scene, scenery):
    known = scene.verified()[0].note
    new = await restored()
    assert new.faults(trust=scenery.policy(log={"known": known})) == []
    assert new.faults(since=known) == []


async def test_an_epoch_of_which_nothing_came_back_is_lost_by_its_statement_and_not_rolled_back(scene, scenery, county):
    known, path = scene.verified()[0].note, scene.folder / "nothing.sqlite3"
    size = read_checkpoint(read_note(known).text).size
    migrate_sqlite(path, "toy")
    store = SQLiteStore(path, "toy")
    loss = Loss(known, 0, EMPTY_ROOT, (), size, ())
    await begin_epoch(store, scene.gates.clock, "220822", loss, WORD)
    gates = type(scene.gates)(store, scene.gates.sealer, scene.gates.clock)
    new = scene._replace(gates=gates, log=EvidenceLog(store, scenery.NAME, scenery.LOG_KEYS))
    await new.record(county, 3)
    await new.seal()
    await new.cosign()
    await store.close()
    (report,) = new.verified(path, since=known)
    assert (report.faults, report.lost) == ([], range(size))
    origin, _, root = read_checkpoint(read_note(known).text)
    for wrong, what in (((size + 1, root), "restore-understated"), ((size, bytes(32)), "forked")):
        other = Checkpoint(origin, *wrong).text
        note = str(Note(other, tuple(signer.sign(other) for signer in scene.log.signers(1))))
        assert [fault.what for fault in new.faults(path, since=note)] == [what]


async def test_without_its_statement_a_new_epoch_is_a_fault(restored):
    new = await restored()
    gone = new.copy("update toy_events set topic = 'toy.Gate.Visited' where position = 606")
    assert "restore-unstated" in {fault.what for fault in new.faults(gone)}


async def test_a_loss_without_a_new_epoch_stays_a_fault(restored, scene):
    known = scene.verified()[0].note
    gone = scene.copy("delete from toy_events where position > 605")
    assert {fault.what for fault in scene.faults(gone)} >= {"tail-missing"}
    old = scene.folder / "old.sqlite3"
    assert [fault.what for fault in scene.faults(old, since=known)] == ["rolled-back"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"size": 600}, "605"),
        ({"root": bytes(32)}, "root"),
        ({"checkpoint": "x"}, "statement"),
        ({"proof": [bytes(32)]}, "hashes"),
    ],
)
async def test_a_statement_that_does_not_fit_is_named(restored, wrong, said):
    new = await restored(**wrong)
    found = [fault for fault in new.faults() if fault.what.startswith("restore-")]
    assert any(said in fault.en for fault in found)


async def test_a_statement_that_names_a_smaller_checkpoint_than_is_known_is_found(restored, scene, scenery):
    known = scene.verified()[0].note
    target = open_target(str(scene.path))
    smaller = next(str(note) for note in target.notes(1) if read_checkpoint(note.text).size == 600)
    target.close()
    new = await restored(checkpoint=smaller, proof=[], last_known=605)
    assert new.faults() == []
    (fault,) = new.faults(trust=scenery.policy(log={"known": known}))
    assert (fault.what, fault.position) == ("restore-understated", 606)


async def test_a_statement_whose_checkpoint_no_witness_signed_is_not_trusted(restored, scene):
    new = await restored(checkpoint=(await scene.log.sealed()).note)
    (fault,) = [fault for fault in new.faults() if fault.what == "restore-misstated"]
    assert "0 of the 2" in fault.en


async def test_a_past_rewritten_before_the_restore_is_found_although_the_loss_is_stated(restored):
    new = await restored("update toy_events set actor = 'x' where position = 30")
    assert {(fault.what, fault.position) for fault in new.faults()} >= {("columns", 30)}


async def test_where_nobody_held_the_hashes_it_is_said_that_it_rests_on_the_approvers_word(restored):
    new = await restored(proof=[])
    assert new.faults() == []
    assert any("approver" in line and "rests" in line for line in loss_told(new.verified()[1]))


async def test_what_nobody_had_cosigned_counts_as_lost_too(restored):
    new = await restored(last_known=640)
    assert list(new.verified()[1].lost) == list(range(605, 640))


async def test_a_receipt_made_before_the_loss_still_holds(restored, scene, scenery):
    target = open_target(str(scene.path))
    receipt = receipt_for(target, 1, 610)
    target.close()
    await restored()
    receipt.check(scenery.policy().trust(receipt.note).checkpoint, receipt.extra)
    assert decode(receipt.extra).position == 610


async def test_a_statement_is_an_act_of_the_machine_on_the_approvers_word_and_carries_nothing_sealed(restored):
    new = await restored()
    with closing(sqlite3.connect(new.path)) as database:
        (state,) = database.execute("select state from toy_events where position = 606").fetchone()
    metadata = json.loads(state)["metadata"]
    assert (metadata["actor"], metadata["on_behalf_of"]) == ("system:restore", "dev:county-government")
    assert b"commitment" not in state


async def test_a_bundle_over_both_epochs_holds_and_tells_the_loss(restored, scene, scenery):
    new = await restored()
    path = scene.folder / "bundle"
    for by, value in (("everything", ""), ("actor", "dev:county-education"), ("case", _thing(new, 600))):
        export = Export({"toy": f"sqlite:///{new.path}"}, Selection(by, value), None)
        await asyncio.to_thread(export.write, path)
        _, reports = verify_bundle(path, scenery.policy(), scenery.NOW)
        assert [report.faults for report in reports] == [[], []]
        assert [report.size for report in reports] == [SIZE, 10]
        assert list(reports[1].lost) == list(range(SIZE, COSIGNED))


async def test_a_bundle_without_the_statement_or_with_another_one_does_not_hold(restored, scene, scenery):
    new = await restored()
    path = scene.folder / "bundle"
    await asyncio.to_thread(Export({"toy": f"sqlite:///{new.path}"}, Selection("everything", ""), None).write, path)
    with zipfile.ZipFile(path) as file:
        events = file.read("events.jsonl").splitlines(keepends=True)
    statement = next(line for line in events if b"EpochBegun" in line)
    gone = b"".join(line for line in events if line is not statement)
    other = gone + statement.replace(b'restored_size\\":605', b'restored_size\\":604')
    for name, changed, what in (("gone", gone, "restore-unstated"), ("other", other, "restore-misstated")):
        _, reports = verify_bundle(_with_events(path, name, changed), scenery.policy(), scenery.NOW)
        assert what in {fault.what for report in reports for fault in report.faults}


def _thing(scene, position):
    with closing(sqlite3.connect(scene.path)) as database:
        return database.execute("select originator_id from toy_events where position = ?", (position,)).fetchone()[0]


def _with_events(path, name, events):
    changed = path.with_name(name)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for part in source.namelist():
            target.writestr(part, events if part == "events.jsonl" else source.read(part))
    return changed
