"""A witness signs only what extends what it signed: the answers of C2SP tlog-witness, and the proof it keeps."""

import httpx
import pytest
from baoxue_shared.evidence.alarm import alarm_of, read_alarm
from baoxue_shared.evidence.checkpoint import Checkpoint
from baoxue_shared.evidence.doubts import look
from baoxue_shared.evidence.merkle import consistency_path, leaf_hash, nodes_of, proof, root
from baoxue_shared.evidence.note import COSIGNER, LOG, BadNoteError, Note, Signer, read_signatures
from baoxue_shared.evidence.peers import logs_of, read_peers
from baoxue_shared.evidence.tree import Tree
from baoxue_shared.evidence.witness import Witness, request_of
from baoxue_shared.evidence.witness_state import WitnessState

NAME = "baoxue/220822/cases"
ORIGIN = f"{NAME}/epoch-1"
LOG_SIGNER = Signer(ORIGIN, LOG, bytes(32))
OWN = Signer("baoxue/220822/aid/witness", COSIGNER, bytes([1]) * 32)
PEER = Signer("baoxue/220822/oversight/witness", COSIGNER, bytes([2]) * 32)
LEAVES = [leaf_hash(f"entry {n}".encode()) for n in range(700)]
OTHER = [leaf_hash(b"another past"), *LEAVES[1:]]


@pytest.fixture
def witness(tmp_path):
    made = restarted(tmp_path)
    yield made
    made.state.close()


def restarted(folder, name="w"):
    logs = logs_of(read_peers(f"{LOG_SIGNER.key} http://cases"))
    return Witness([OWN], logs, WitnessState(folder / f"{name}.sqlite3"), lambda: 1_777_777_777)


def note_of(size, leaves=LEAVES, signer=LOG_SIGNER, origin=ORIGIN):
    tree = Checkpoint(origin, size, root(leaves[:size]))
    return Note(tree.text, (signer.sign(tree.text),))


def asked(old, size, leaves=LEAVES, **more):
    made = proof(nodes_of(leaves[:size]), consistency_path(old, size))
    return request_of(old, more.pop("proof", made), note_of(size, leaves, **more))


def test_what_extends_what_was_signed_is_cosigned_and_another_implementation_agrees(witness, independent):
    for old, size in ((0, 3), (3, 3), (3, 256), (256, 700)):
        answer = witness.add_checkpoint(asked(old, size))
        assert answer.status == 200
        signed = Note(note_of(size).text, read_signatures(answer.body))
        assert independent.signed_at(str(signed), str(OWN.key)) == 1_777_777_777


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("old x\n\n" + str(note_of(5)), 400),
        ("old 05\n\n" + str(note_of(5)), 400),
        ("old 6\n\n" + str(note_of(5)), 400),
        ("old 0\nnonsense!\n\n" + str(note_of(5)), 400),
        ("old 0\n" + "AAAA\n" * 64 + "\n" + str(note_of(5)), 400),
        (asked(0, 5, origin="baoxue/220822/aid/epoch-1"), 404),
        (asked(0, 5, origin="nonsense"), 404),
        (asked(0, 5, signer=Signer(ORIGIN, LOG, bytes([9]) * 32)), 403),
        (asked(0, 5).replace("\n5\n", "\n6\n"), 403),
        (asked(2, 5), 409),
        (asked(0, 5, proof=[bytes(32)]), 422),
    ],
)
def test_each_wrong_request_gets_the_answer_of_the_specification(witness, body, status):
    assert witness.add_checkpoint(body).status == status
    assert witness.state.latest(ORIGIN) is None


def test_a_log_that_asks_from_another_size_is_told_the_size(witness):
    witness.add_checkpoint(asked(0, 300))
    answer = witness.add_checkpoint(asked(0, 400))
    assert (answer.status, answer.body, answer.kind) == (409, "300\n", "text/x.tlog.size")
    assert witness.add_checkpoint(asked(300, 400)).status == 200


def test_a_fork_is_refused_and_its_proof_is_kept(witness):
    witness.add_checkpoint(asked(0, 300))
    assert witness.add_checkpoint(asked(300, 300, OTHER)).status == 409
    witness.add_checkpoint(asked(300, 300, OTHER))
    ((_, refusal),) = witness.state.untold()
    assert (refusal.kind, refusal.origin) == ("fork", ORIGIN)
    alarm = read_alarm(str(alarm_of(refusal, [OWN])), [OWN.key])
    assert alarm.kept.root == root(LEAVES[:300])
    assert alarm.given.root == root(OTHER[:300])
    with pytest.raises(BadNoteError):
        read_alarm(str(alarm_of(refusal, [PEER])), [OWN.key])
    assert witness.add_checkpoint(asked(300, 400)).status == 200


def test_what_was_signed_survives_a_restart(witness, tmp_path):
    witness.add_checkpoint(asked(0, 300))
    again = restarted(tmp_path)
    assert again.add_checkpoint(asked(0, 200)).status == 409
    assert again.add_checkpoint(asked(300, 400, OTHER)).status == 422
    again.state.close()


def test_a_restored_witness_signs_nothing_before_it_has_heard_its_peers(tmp_path):
    restored = restarted(tmp_path, "restored")
    restored.ready = False
    assert restored.add_checkpoint(asked(0, 200)).status == 503
    seen = note_of(300)
    restored.adopt(PEER.key, str(seen.more([PEER.sign(seen.text, 5)])))
    restored.ready = True
    assert restored.add_checkpoint(asked(0, 200)).body == "300\n"
    with pytest.raises(BadNoteError):
        restored.adopt(PEER.key, str(note_of(500)))
    other = note_of(300, OTHER)
    restored.adopt(PEER.key, str(other.more([PEER.sign(other.text, 5)])))
    assert [refusal.kind for _, refusal in restored.state.untold()] == ["fork"]
    restored.state.close()


def served(size, leaves):
    """The log as it shows itself now."""
    tiles = Tree().extend(b"".join(leaves[:size]))

    def answer(request):
        path = request.url.path
        if path == "/checkpoint/sealed":
            return httpx.Response(200, text=str(note_of(size, leaves)))
        _, _, level, number = path.split("/", 3)
        found = tiles.get((int(level), int(number[:3])))
        return httpx.Response(200, content=found) if found else httpx.Response(404)

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://cases")


@pytest.mark.parametrize(
    ("size", "leaves", "kind"),
    [(200, LEAVES, "rewind"), (500, OTHER, "rewritten"), (500, LEAVES, None), (300, LEAVES, None)],
)
async def test_before_it_accuses_it_looks_at_the_log_itself(witness, size, leaves, kind):
    """Anybody may send a signed checkpoint with a wrong proof: that alone is no fault of the log."""
    witness.add_checkpoint(asked(0, 300))
    assert witness.add_checkpoint(asked(300, 500, proof=[bytes(32)])).doubt is not None
    async with served(size, leaves) as http:
        assert await look(witness, http, "http://cases", ORIGIN) == kind
    assert [refusal.kind for _, refusal in witness.state.untold()] == ([kind] if kind else [])
