"""A receipt is a file that proves one event, with no server, no database and no network."""

import subprocess
import sys
from uuid import UUID

import pytest
from baoxue_shared.evidence.head import read_head
from baoxue_shared.evidence.note import BadNoteError
from baoxue_shared.evidence.receipt import read_receipt
from baoxue_shared.history.unit import Row
from baoxue_shared.replay.command import main
from typer.testing import CliRunner

RUN = CliRunner()


def run(*words):
    return RUN.invoke(main, [*map(str, words)])


async def test_a_receipt_verifies_offline_here_and_elsewhere(scene, scenery, independent):
    path = scene.folder / "event.tlog-proof"
    assert run("receipt", "toy:1:371", "--from", scene.path, "-o", path).exit_code == 0
    trust = scene.policy_file()
    scene.gates.store.path.rename(scene.folder / "gone")
    answer = run("verify", path, "--trust", trust)
    assert answer.exit_code == 0, answer.output
    assert "toy.Gate.Built" in answer.stdout
    assert run("verify", path).exit_code == 1
    text = path.read_text("utf-8")
    keys = [str(witness.key) for witness in scenery.WITNESSES.values()]
    log_key = str(scenery.LOG_KEYS.public(f"{scenery.NAME}/epoch-1")[0])
    independent.check_receipt(text, read_receipt(text).extra, log_key, keys, 2)


def test_a_receipt_needs_no_network(scene):
    path = scene.folder / "event.tlog-proof"
    run("receipt", "toy:1:5", "--from", scene.path, "-o", path)
    program = "from baoxue_shared.replay.command import main; main()"
    command = ["unshare", "-n", sys.executable, "-c", program, "verify", str(path), "--trust", str(scene.policy_file())]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    if "unshare" in found.stderr and "not permitted" in found.stderr:
        pytest.skip("this machine lets nobody unshare the network")
    assert found.returncode == 0, found.stderr


async def test_a_changed_receipt_does_not_hold(scene, scenery):
    path, trust = scene.folder / "event.tlog-proof", scene.policy_file()
    run("receipt", "toy:1:371", "--from", scene.path, "-o", path)
    good = path.read_text("utf-8")
    receipt = read_receipt(good)
    other = str(receipt._replace(extra=receipt.extra.replace(b"220822", b"220823")))
    for wrong in (good.replace("index 370", "index 371"), other, good.replace("\n600\n", "\n601\n"), "nonsense"):
        path.write_text(wrong, "utf-8")
        answer = run("verify", path, "--trust", trust)
        assert answer.exit_code == 1
        assert "回执不成立" in answer.stderr


@pytest.mark.parametrize(("event", "status"), [("toy:1:9999", 1), ("toy:2:1", 1), ("toy:1", 2), ("toy:1:x", 2)])
async def test_what_is_not_there_is_told(scene, event, status):
    assert run("receipt", event, "--from", scene.path).exit_code == status
    assert run("receipt", event, "--from", scene.folder / "none.sqlite3").exit_code in {2, 3}


async def test_what_is_sealed_and_not_cosigned_gets_a_receipt_that_the_policy_does_not_trust(scene):
    path = scene.folder / "event.tlog-proof"
    assert run("receipt", "toy:1:603", "--from", scene.path, "-o", path).exit_code == 0
    answer = run("verify", path, "--trust", scene.policy_file())
    assert answer.exit_code == 1
    assert "0 of the 2" in answer.stderr


async def test_the_log_states_the_last_event_of_a_record(scene, independent, scenery):
    row: Row = (await scene.log.store.rows(after=595, limit=1))[0]
    note = await scene.log.head(row.originator_id)
    head = read_head(note.text)
    key = str(scenery.LOG_KEYS.public(f"{scenery.NAME}/epoch-1")[0])
    assert independent.signed_at(str(note), key) == 0
    assert (head.originator_id, head.version, head.leaf, head.size) == (row.originator_id, 10, 599, 605)
    assert await scene.log.head(UUID(int=1)) is None
    for wrong in (note.text.replace("\n605\n", "\n599\n"), note.text[:-1], note.text.replace("v1", "v2"), "x"):
        with pytest.raises(BadNoteError):
            read_head(wrong)
