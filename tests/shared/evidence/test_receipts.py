"""A receipt proves an entry without the log, and only that entry."""

import pytest
from baoxue_shared.evidence.checkpoint import Checkpoint, read_checkpoint
from baoxue_shared.evidence.merkle import BadProofError, inclusion_path, leaf_hash, nodes_of, proof, root
from baoxue_shared.evidence.note import COSIGNER, LOG, Note, Signer, read_note
from baoxue_shared.evidence.receipt import Receipt, read_receipt

ENTRIES = [f"entry {n}".encode() for n in range(70)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
TREE = Checkpoint("baoxue/220822/cases/epoch-1", 70, root(LEAVES))
LOG_SIGNER, WITNESS = Signer(TREE.origin, LOG, bytes(32)), Signer("witness.example/1", COSIGNER, bytes([1]) * 32)
NOTE = str(Note(TREE.text, (LOG_SIGNER.sign(TREE.text), WITNESS.sign(TREE.text, 100))))
RECEIPT = Receipt(41, tuple(proof(nodes_of(LEAVES), inclusion_path(41, 70))), NOTE, ENTRIES[41])


def test_a_receipt_reads_as_written_and_proves_its_entry_here_and_elsewhere(independent):
    read = read_receipt(str(RECEIPT))
    assert read == RECEIPT
    read.check(read_checkpoint(read_note(read.note).text), read.extra)
    independent.check_receipt(str(RECEIPT), ENTRIES[41], str(LOG_SIGNER.key), [str(WITNESS.key)], 1)


def test_it_proves_no_other_entry(independent):
    with pytest.raises(BadProofError):
        RECEIPT.check(TREE, ENTRIES[40])
    with pytest.raises(independent.RefusedError):
        independent.check_receipt(str(RECEIPT), ENTRIES[40], str(LOG_SIGNER.key), [], 0)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        str(RECEIPT).replace("@v1", "@v2"),
        str(RECEIPT).replace("index 41", "index 041"),
        str(RECEIPT).replace("index 41", "number 41"),
        str(RECEIPT).replace("extra ", "extra ?"),
        str(RECEIPT).replace("\n\n", "\n", 1).split("\n\n")[0],
        f"{RECEIPT}".replace("index 41\n", "index 41\nAAAA\n"),
        f"{RECEIPT}".replace("index 41\n", "index 41\n" + "A" * 43 + "=\n" * 65),
    ],
)
def test_what_is_no_receipt_is_refused(wrong):
    with pytest.raises(BadProofError):
        read_receipt(wrong)
