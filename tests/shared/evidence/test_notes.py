"""Signed notes, keys, checkpoints, cosignatures: the published vector, and what is not taken for one."""

import base64

import pytest
from baoxue_shared.evidence.checkpoint import Checkpoint, epoch_of, read_checkpoint
from baoxue_shared.evidence.merkle import EMPTY_ROOT
from baoxue_shared.evidence.note import COSIGNER, LOG, BadNoteError, Note, Signer, read_key, read_note

TREE = Checkpoint(
    "example.com/behind-the-sofa", 20852163, base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
)
LOG_SIGNER = Signer(TREE.origin, LOG, bytes(range(32)))
WITNESS = Signer("witness.example.com/w1", COSIGNER, bytes(range(1, 33)))


def test_the_published_note_is_signed_byte_for_byte(vectors):
    given = vectors["note"]
    signer = Signer("PeterNeumann", LOG, base64.b64decode(given["private_key"])[1:])
    assert str(signer.key) == given["key"]
    assert signer.sign(given["text"]).line() == given["signature"]
    note = read_note(given["text"] + "\n" + given["signature"])
    assert note.times([read_key(given["key"])]) == {signer.key: 0}
    with pytest.raises(BadNoteError, match="does not hold"):
        Note(note.text.replace("cryptography", "cryptographY"), note.signatures).times([signer.key])


def test_a_checkpoint_reads_as_it_was_written_and_another_implementation_agrees(independent):
    note = Note(TREE.text, (LOG_SIGNER.sign(TREE.text), WITNESS.sign(TREE.text, 1679315147)))
    assert read_note(str(note)) == note
    assert read_checkpoint(note.text) == TREE == independent.checkpoint(str(note))
    assert note.times([LOG_SIGNER.key, WITNESS.key]) == {LOG_SIGNER.key: 0, WITNESS.key: 1679315147}
    assert independent.signed_at(str(note), str(WITNESS.key)) == 1679315147
    assert independent.signed_at(str(note), str(LOG_SIGNER.key)) == 0


def test_a_cosignature_with_another_time_or_over_another_tree_does_not_hold():
    good = WITNESS.sign(TREE.text, 1679315147)
    later = good._replace(value=(1679315148).to_bytes(8, "big") + good.value[8:])
    for text, signature in [
        (TREE.text, later),
        (TREE._replace(size=1).text, good),
        (TREE.text, good._replace(value=b"x")),
    ]:
        with pytest.raises(BadNoteError, match="does not hold"):
            Note(text, (signature,)).times([WITNESS.key])


def test_a_log_key_does_not_count_as_a_witness_and_strangers_do_not_count_at_all():
    same_seed = Signer(WITNESS.key.name, LOG, bytes(range(1, 33)))
    stranger = Signer(WITNESS.key.name, COSIGNER, bytes(32))
    note = Note(TREE.text, (same_seed.sign(TREE.text), stranger.sign(TREE.text, 1)))
    assert note.times([WITNESS.key]) == {}


def test_a_key_that_signs_twice_is_refused_and_more_keeps_its_newest():
    first, second = WITNESS.sign(TREE.text, 1), WITNESS.sign(TREE.text, 2)
    with pytest.raises(BadNoteError, match="twice"):
        Note(TREE.text, (first, second)).times([WITNESS.key])
    assert Note(TREE.text, (first,)).more([second]).times([WITNESS.key]) == {WITNESS.key: 2}


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAAAAA\n",
        "text\n\n— name AAAAAAB=\n",
        "text\n\n— name AAAAAAAA",
        "text\r\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA\n\x00",
        "text\n\n" + "— name AAAAAAAA\n" * 65,
        "x" * 1_000_001 + "\n\n— name AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(wrong):
    with pytest.raises(BadNoteError):
        read_note(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        "a\n1\n",
        f"a\n01\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"a\n-1\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"a\n1\n{base64.b64encode(EMPTY_ROOT[1:]).decode()}\n",
        f"\n1\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"a\n1\n{base64.b64encode(EMPTY_ROOT).decode()}",
        "a\n1\n???\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(wrong):
    with pytest.raises(BadNoteError):
        read_checkpoint(wrong)


def test_no_part_of_a_key_and_no_changed_key_is_a_key(vectors):
    vkey = vectors["note"]["key"]
    wrong = {vkey[i:j] for i in range(len(vkey)) for j in range(i + 1, len(vkey) + 1)} - {vkey}
    wrong |= {vkey[:i] + chr(ord(vkey[i]) + 1) + vkey[i + 1 :] for i in range(len(vkey))}
    for text in wrong:
        with pytest.raises(BadNoteError):
            read_key(text)


def test_an_origin_names_its_epoch():
    assert epoch_of("baoxue/220822/cases/epoch-2") == ("baoxue/220822/cases", 2)
    for wrong in ("baoxue/220822/cases", "/epoch-1", "a/epoch-x"):
        with pytest.raises(BadNoteError):
            epoch_of(wrong)
