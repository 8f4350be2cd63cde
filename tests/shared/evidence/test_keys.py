"""Signing keys: made once, readable to nobody else, rotated with both signing, never printed."""

import pytest
from baoxue_shared.evidence.checkpoint import Checkpoint
from baoxue_shared.evidence.keys import BadKeyError, SigningKeys, add_key, retire_key
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.merkle import EMPTY_ROOT


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "keys" / "cases.log-key"
    first = SigningKeys.open_file(path).public("log")
    assert SigningKeys.open_file(path).public("log") == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_while_a_key_is_rotated_both_sign_and_then_the_new_one_alone(tmp_path, store):
    path = tmp_path / "cases.log-key"
    (old,) = SigningKeys.open_file(path).public("baoxue/220822/toy/epoch-1")
    add_key(path)
    log = EvidenceLog(store, "baoxue/220822/toy", SigningKeys.open_file(path))
    note = log.signed(Checkpoint("baoxue/220822/toy/epoch-1", 0, EMPTY_ROOT), 1)
    both = log.keys.public("baoxue/220822/toy/epoch-1")
    assert both[0] == old
    assert note.times(both).keys() == set(both)
    retire_key(path)
    assert SigningKeys.open_file(path).public("baoxue/220822/toy/epoch-1") == both[1:]
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadKeyError):
        retire_key(path)


@pytest.mark.parametrize("wrong", ["", "AAAA", "nonsense", "A" * 44])
def test_what_is_no_key_is_refused_and_not_quoted(wrong):
    with pytest.raises(BadKeyError) as refused:
        SigningKeys.from_text(wrong)
    assert not wrong or wrong not in str(refused.value)
