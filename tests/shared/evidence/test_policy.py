"""What a trust policy trusts: its keys only, enough witnesses, and nothing that came with the record."""

import json

import pytest
from baoxue_shared.evidence.checkpoint import Checkpoint
from baoxue_shared.evidence.merkle import EMPTY_ROOT
from baoxue_shared.evidence.note import COSIGNER, LOG, Note, Signer
from baoxue_shared.evidence.policy import BadPolicyError, Policy, TrustedLog, UntrustedError, load_policy, write_policy

ORIGIN = "baoxue/220822/cases"
TREE = Checkpoint(f"{ORIGIN}/epoch-1", 3, EMPTY_ROOT)
LOG_SIGNER = Signer(TREE.origin, LOG, bytes(32))
WITNESSES = [Signer(f"witness.example/{n}", COSIGNER, bytes([n]) * 32) for n in (1, 2, 3)]
NAMES = ("first", "second", "third")


def policy(quorum=2):
    keys = {name: str(witness.key) for name, witness in zip(NAMES, WITNESSES, strict=True)}
    log = TrustedLog(origin=ORIGIN, keys=(str(LOG_SIGNER.key),), witnesses=NAMES, quorum=quorum)
    return Policy(logs={"cases": log}, witnesses=keys)


def note(*witnesses, tree=TREE, log=LOG_SIGNER):
    signed = (log.sign(tree.text), *(witness.sign(tree.text, 100 + n) for n, witness in enumerate(witnesses)))
    return str(Note(tree.text, signed))


def test_enough_witnesses_make_a_checkpoint_trusted():
    trusted = policy().trust(note(WITNESSES[0], WITNESSES[2]))
    assert trusted.checkpoint == TREE
    assert trusted.cosigned == {"first": 100, "third": 101}
    assert trusted.at == 100


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (note(WITNESSES[0]), "1 of the 2"),
        (note(WITNESSES[0], Signer("witness.example/2", COSIGNER, bytes([9]) * 32)), "1 of the 2"),
        (note(*WITNESSES, log=Signer(TREE.origin, LOG, bytes([7]) * 32)), "not signed by a key"),
        (note(*WITNESSES, tree=TREE._replace(origin="baoxue/220822/aid/epoch-1")), "no log"),
        (note(*WITNESSES).replace("\n3\n", "\n4\n"), "does not hold"),
        ("nonsense", "not a signed note"),
    ],
)
def test_what_lacks_is_said(given, why):
    with pytest.raises(UntrustedError, match=why):
        policy().trust(given)


def test_the_logs_key_is_the_same_in_its_next_epoch():
    second = TREE._replace(origin=f"{ORIGIN}/epoch-2")
    assert policy(0).trust(note(tree=second, log=Signer(second.origin, LOG, bytes(32)))).checkpoint == second


def test_a_policy_reads_as_it_was_written(tmp_path):
    write_policy(tmp_path / "policy.json", policy())
    assert load_policy(tmp_path / "policy.json") == policy()


@pytest.mark.parametrize(
    "harm",
    [
        lambda p: p["logs"]["cases"].update(quorum=4),
        lambda p: p["logs"]["cases"].update(witnesses=["nobody"]),
        lambda p: p["logs"]["cases"].update(keys=[str(WITNESSES[0].key)]),
        lambda p: p["logs"]["cases"].update(keys=[]),
        lambda p: p["witnesses"].update(second=str(WITNESSES[0].key)),
        lambda p: p["witnesses"].update(second="nonsense"),
        lambda p: p.update(unknown=1),
        lambda p: p.update(format=2),
    ],
)
def test_a_policy_that_would_trust_less_than_it_says_is_refused(tmp_path, harm):
    path = tmp_path / "policy.json"
    write_policy(path, policy())
    told = json.loads(path.read_text("utf-8"))
    harm(told)
    path.write_text(json.dumps(told), "utf-8")
    with pytest.raises(BadPolicyError, match=r"policy\.json"):
        load_policy(path)
    with pytest.raises(BadPolicyError, match="missing"):
        load_policy(tmp_path / "missing.json")
