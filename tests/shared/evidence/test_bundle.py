"""A bundle proves its events alone; what is changed in it, or left out of it, is found."""

import asyncio
import json
import socket
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

import pytest
from baoxue_shared.evidence.bundle import BadBundleError, Selection
from baoxue_shared.evidence.checkpoint import Checkpoint, read_checkpoint
from baoxue_shared.evidence.entry import bundle as bundled
from baoxue_shared.evidence.entry import unbundle
from baoxue_shared.evidence.head import read_head
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.merkle import leaf_hash, root
from baoxue_shared.evidence.note import Note, read_note
from baoxue_shared.evidence.verify_bundle import verify_bundle
from baoxue_shared.replay.command import main
from baoxue_shared.replay.export import Export
from typer.testing import CliRunner

NOW = datetime(2026, 5, 4, tzinfo=UTC)
SIZE = 600  # events that are cosigned
COLUMNS = "events.parquet"


@pytest.fixture(params=["heads", "complete"])
def complete(request):
    return request.param == "complete"


@pytest.fixture
async def made(scene, complete):
    """Export one gate, or whatever is asked for; the bundle's path."""
    with closing(sqlite3.connect(scene.path)) as database:
        rows = database.execute("select originator_id from toy_events group by 1 order by min(position)").fetchall()
    gates = [gate for (gate,) in rows]
    scene.log.quorum = 2  # what two have cosigned is published
    notes = {gate: await scene.log.head(UUID(gate)) for gate in gates}
    heads = {gate: note and str(note) for gate, note in notes.items()}

    async def export(by="case", value=None, name="bundle"):
        path = scene.folder / name
        asked = None if complete else lambda _, identity: heads[identity]
        export = Export({"toy": f"sqlite:///{scene.path}"}, Selection(by, value or gates[3]), asked)
        await asyncio.to_thread(export.write, path)
        return path

    export.gates, export.heads = gates, heads
    return export


def rewritten(path, **changes):
    """Each named part is given to a function; what this gives back stands in its place, None leaves it out."""
    target = path.with_name(f"{path.name}-tampered")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            change = next((c for part, c in changes.items() if name.startswith(part) and name != COLUMNS), lambda d: d)
            if (data := change(source.read(name))) is not None:
                changed.writestr(name, data)
    return target


def lines(change):
    """A change of the decoded lines."""

    def changed(data):
        return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in change(decoded(data)))

    return changed


def decoded(data):
    return [json.loads(line) for line in data.splitlines()]


def part(path, name):
    with zipfile.ZipFile(path) as file:
        return file.read(name)


def faults(path, scenery, trust=None):
    _, reports = verify_bundle(path, scenery.policy() if trust is None else trust, NOW)
    return [fault.what for report in reports for fault in report.faults]


async def test_a_thing_with_all_its_events_holds(made, scenery, complete):
    path = await made()
    assert faults(path, scenery) == []
    assert len(decoded(part(path, "events.jsonl"))) == 10
    names = zipfile.ZipFile(path).namelist()
    assert {"index.html", "FORMAT.md", "schemas.json", "contracts.json", "events.parquet", "duties/notice-1.yaml"} <= {
        *names
    }
    assert ("headers/toy-1.bin" in names) is complete


async def test_the_command_says_what_holds_and_without_a_policy_only_that_it_agrees_with_itself(
    made, scene, monkeypatch
):
    path = await made()
    monkeypatch.setattr(socket, "socket", None)  # no network
    scene.path.rename(scene.path.with_suffix(".away"))  # no database
    answer = CliRunner().invoke(main, ["verify", str(path), "--trust", str(scene.policy_file())])
    assert answer.exit_code == 0, answer.output
    assert f"bundle of: case {made.gates[3]}" in answer.stderr
    alone = CliRunner().invoke(main, ["verify", str(path)])
    assert (alone.exit_code, "self-consistent only" in alone.stdout) == (1, True)


@pytest.mark.parametrize("left_out", [1, 5, 10])
async def test_an_event_that_is_left_out_is_missed_the_first_one_within_and_the_last(made, scenery, left_out):
    path = await made()
    position = decoded(part(path, "events.jsonl"))[left_out - 1]["position"]
    less = rewritten(
        path,
        events=lines(lambda every: [e for e in every if e["position"] != position]),
        proofs=lines(lambda every: [p for p in every if p["leaf"] != position - 1]),
    )
    assert "incomplete" in faults(less, scenery)


async def test_leaving_everything_out_is_found_too(made, scenery):
    empty = rewritten(await made(), events=lambda _: b"", proofs=lambda _: b"", heads=lambda _: b"")
    assert "incomplete" in faults(empty, scenery)
    nothing = rewritten(await made(), **{"bundle.json": lambda d: json.dumps({**json.loads(d), "logs": []}).encode()})
    assert faults(nothing, scenery) == ["incomplete"]


async def test_without_head_statements_and_headers_nothing_is_complete(made, scenery):
    bare = rewritten(await made(), heads=lambda _: None, headers=lambda _: None)
    assert "incomplete" in faults(bare, scenery)


async def test_a_head_statement_of_another_size_or_of_another_hand_proves_nothing(made, scene, scenery, complete):
    if complete:
        return
    path = await made()
    (stated,) = decoded(part(path, "heads.jsonl"))
    head = read_head(read_note(stated["note"]).text)
    smaller = head._replace(size=35, leaf=34, version=5).text
    older = Note(smaller, tuple(signer.sign(smaller) for signer in scene.log.signers(1)))
    stranger = SigningKeys([b"\7" * 32]).signers(head.origin)[0]
    shorter = head._replace(version=9).text
    forged = Note(shorter, (stranger.sign(shorter),))
    without_last = lines(lambda every: every[:9])
    for note in (older, forged):
        given = json.dumps({"service": "toy", "note": str(note)}).encode() + b"\n"
        assert "incomplete" in faults(rewritten(path, events=without_last, heads=lambda _, g=given: g), scenery)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("payload", {"state": lambda state: state.replace('"salt":"', '"salt":"x')}),
        ("actor", {"actor": lambda _: "dev:somebody-else"}),
        ("time", {"recorded_at": lambda _: "2020-01-01T00:00:00+00:00"}),
        ("topic", {"topic": lambda _: "os:system"}),
        ("version", {"originator_version": lambda version: version + 1}),
        ("service", {"service": lambda _: "cases"}),
    ],
)
async def test_what_is_changed_in_an_event_is_found(made, scenery, what, change):
    def changed(every):
        for name, new in change.items():
            every[4][name] = new(every[4][name])
        return every

    assert faults(rewritten(await made(), events=lines(changed)), scenery), what


async def test_a_bundle_under_an_attackers_own_keys_is_not_trusted_whatever_it_says(made, scene, scenery, complete):
    """All events, a tree, a checkpoint, head statements: whole and right, signed by keys that came along."""
    path = await made("everything", "x") if complete else await made()
    stranger = SigningKeys([b"\7" * 32]).signers(f"{scenery.NAME}/epoch-1")[0]

    def signed(text):
        return Note(text, (stranger.sign(text),))

    if complete:
        leaves = [leaf_hash(entry) for entry in unbundle(part(path, "headers/toy-1.bin"))]
        own = str(signed(Checkpoint(stranger.key.name, len(leaves), root(leaves)).text))
    else:
        own = str(signed(read_note(part(path, "checkpoints/toy-1.txt").decode()).text))
    restated = lines(lambda every: [{**h, "note": str(signed(read_note(h["note"]).text))} for h in every])
    attacked = rewritten(path, checkpoints=lambda _: own.encode(), heads=restated)
    with zipfile.ZipFile(attacked, "a") as file:
        file.writestr("keys.txt", f"{stranger.key}\n")
        file.writestr("trust-policy.json", "{}")
    assert faults(attacked, scenery) == ["untrusted"]


async def test_a_log_of_another_name_cannot_stand_for_a_service(made, scenery):
    path = await made()
    policy = scenery.policy()
    renamed = policy.model_copy(update={"logs": {"cases": policy.logs["toy"]}})
    assert faults(path, scenery, renamed) == ["untrusted"]


async def test_headers_that_are_not_the_trees_prove_nothing(made, scenery, complete):
    if not complete:
        return

    def cut(data):
        return bundled(list(unbundle(data))[:-1])

    assert "incomplete" in faults(rewritten(await made(), headers=cut), scenery)


@pytest.mark.parametrize(
    "asked",
    [
        ("actor", "dev:county-education", SIZE),
        ("county", "220822", SIZE),
        ("period", "2025-09-01T00:00:00+00:00/2025-09-01T00:00:50+00:00", 50),
        ("everything", "all", SIZE),
    ],
)
async def test_other_selections_are_complete_by_all_headers_only(made, scenery, complete, asked):
    by, value, count = asked
    path = await made(by, value)
    assert len(decoded(part(path, "events.jsonl"))) == count
    if not complete:
        assert faults(path, scenery) == ["incomplete"]
        return
    assert faults(path, scenery) == []
    gone = rewritten(path, events=lines(lambda every: every[:20] + every[21:]))
    assert faults(gone, scenery) == ["incomplete"]


async def test_events_that_nobody_cosigned_yet_are_left_out_and_counted(made):
    path = await made("everything", "all")
    (log,) = json.loads(part(path, "bundle.json"))["logs"]
    assert (log["size"], log["beyond"]) == (SIZE, 5)
    assert read_checkpoint(read_note(part(path, "checkpoints/toy-1.txt").decode()).text).size == SIZE


async def test_no_key_and_nothing_sealed_is_shown_in_the_readable_parts(made):
    path = await made()
    page = part(path, "index.html").decode()
    assert "证据不能证明的" in page
    for name in ("index.html", "schemas.json", "FORMAT.md"):
        assert "东门" not in part(path, name).decode()
        assert '"box"' not in part(path, name).decode()
    everything = b"".join(part(path, name) for name in zipfile.ZipFile(path).namelist())
    assert "东门".encode() not in everything


@pytest.mark.parametrize(
    "broken",
    [
        {"bundle.json": lambda _: None},
        {"bundle.json": lambda _: b"{}"},
        {"bundle.json": lambda d: d.replace(b'"format": 1', b'"format": 9')},
        {"events": lambda _: b"no json\n"},
        {"checkpoints": lambda _: None},
        {"headers": lambda d: d[:-1], "heads": lambda d: d[:-9]},
    ],
)
async def test_what_is_no_bundle_is_told_and_not_believed(made, scene, broken):
    path = rewritten(await made(), **broken)
    answer = CliRunner().invoke(main, ["verify", str(path), "--trust", str(scene.policy_file())])
    assert answer.exit_code == 1, answer.output
    assert answer.stderr.strip()
    assert isinstance(answer.exception, SystemExit)


async def test_a_name_that_stands_twice_is_refused(made):
    path = await made()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as file:
        file.writestr("events.jsonl", "")
    with pytest.raises(BadBundleError):
        verify_bundle(path, None, NOW)
