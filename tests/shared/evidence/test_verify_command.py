"""`baoxue-audit verify` says what holds, what does not, and what it cannot know; by words and by exit status."""

import json
import sqlite3
from contextlib import closing

import pytest
from baoxue_shared.evidence.limits import limits
from baoxue_shared.replay.command import main
from typer.testing import CliRunner

RUN = CliRunner()


def verify(*words):
    return RUN.invoke(main, ["verify", *map(str, words)])


async def test_a_log_that_holds_ends_with_zero_and_the_limits_are_printed(scene):
    answer = verify(scene.path, "--trust", scene.policy_file())
    assert answer.exit_code == 0, answer.output
    assert "成立 / holds" in answer.stdout
    for zh, en in limits():
        assert zh in answer.stderr
        assert en in answer.stderr
    assert len(limits()) == 5


async def test_without_a_policy_the_verdict_is_self_consistent_only_and_one(scene):
    answer = verify(scene.path)
    assert answer.exit_code == 1
    assert "self-consistent only" in answer.stdout
    assert "仅自洽" in answer.stderr


async def test_one_changed_byte_ends_with_one_and_names_position_and_child(scene):
    with closing(sqlite3.connect(scene.path)) as database:
        (state,) = database.execute("select state from toy_events where position = 371").fetchone()
    child = json.loads(state)["child_id"]
    changed = state.replace(b'"salt":"', b'"salt":"x')
    path = scene.copy(("update toy_events set state = ? where position = 371", (changed,)))
    answer = verify(path, "--trust", scene.policy_file())
    assert answer.exit_code == 1
    assert "第 371 条事件" in answer.stderr
    assert child in answer.stderr
    told = json.loads(verify(path, "--trust", scene.policy_file(), "--format", "json").stdout)
    assert told[0]["verdict"] == "fault"
    assert told[0]["faults"][0] == {
        "what": "changed",
        "position": 371,
        "zh": "第 371 条事件不是当时封存的那一条",
        "en": "event 371 is not the one that was sealed",
        "concerns": [f"child {child}"],
    }


async def test_a_checkpoint_that_was_kept_is_where_the_next_verification_begins(scene, county):
    kept = scene.folder / "kept"
    assert verify(scene.path, "--trust", scene.policy_file(), "--keep", kept).exit_code == 0
    await scene.record(county, 10)
    await scene.seal()
    await scene.cosign()
    again = verify(scene.path, "--trust", scene.policy_file(), "--since", kept, "--format", "json")
    assert (again.exit_code, json.loads(again.stdout)[0]["size"]) == (0, 615)


@pytest.mark.parametrize(("words", "status"), [(["missing.sqlite3"], 3), (["http://127.0.0.1:9"], 3)])
def test_what_is_not_there_is_told_with_three(words, status):
    assert verify(*words).exit_code == status


async def test_a_policy_that_cannot_be_used_is_told_with_two(scene, tmp_path):
    (tmp_path / "policy.json").write_text("{}", "utf-8")
    answer = verify(scene.path, "--trust", tmp_path / "policy.json")
    assert answer.exit_code == 2
    assert "logs" in answer.stderr


async def test_no_key_and_no_sealed_text_is_ever_printed(scene):
    with closing(sqlite3.connect(scene.path)) as database:
        states = database.execute("select state from toy_events where topic = 'toy.Gate.Built'").fetchall()
    boxes = [json.loads(state)["name"]["box"] for (state,) in states]
    damaged = scene.copy(
        "update toy_events set state = replace(state, 'salt', 'sslt') where position % 50 = 1",
        "update toy_tiles set hashes = zeroblob(64) where level = 1",
    )
    for path in (scene.path, damaged):
        for words in ([], ["--trust", scene.policy_file()], ["--format", "json"], ["--format", "csv"]):
            printed = verify(path, *words).output
            assert not [box for box in boxes if box in printed]
            assert "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8" not in printed  # the log's seed
