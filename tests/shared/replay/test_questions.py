"""Who did what, what an act changed, what changed between two instants, and whatever else one may ask by SQL."""

import csv
import io
from uuid import uuid4

import pytest


def test_who_tells_what_one_actor_did_and_nobody_else(audited):
    _, everything = audited("history", audited.case)
    for actor in {e["actor"] for e in everything}:
        code, done = audited("who", actor)
        assert code == 0
        assert {e["actor"] for e in done} == {actor}
        assert {e["position"] for e in everything if e["actor"] == actor} <= {e["position"] for e in done}
    assert audited("who", "dev:nobody")[0] == 1


def test_who_can_be_asked_of_a_time_by_either_clock(audited):
    visitor = audited("history", audited.case)[1][-1]["actor"]
    assert audited("who", visitor, "--from", "2025-09-08", "--to", "2025-09-10")[0] == 0
    assert audited("who", visitor, "--to", "2025-09-08")[0] == 1
    assert audited("who", visitor, "--to", "2025-09-08", "--by", "occurred")[0] == 0


def test_what_tells_which_fields_each_act_changed(audited):
    code, acts = audited("what", audited.case)
    verified = next(a for a in acts if a["event"].endswith("CauseVerified"))
    assert code == 0
    assert verified["changed"]["cause"] == [None, "poverty"]
    assert acts[0]["changed"]["child_id"] == [None, audited.child]


def test_what_of_one_event_is_that_event(audited):
    _, acts = audited("what", audited.case)
    wanted = acts[-1]
    code, found = audited("what", f"cases:{wanted['epoch']}:{wanted['position']}")
    assert (code, found) == (0, [wanted])
    assert audited("what", "cases:1:9999")[0] == 1
    assert audited("what", "cases:2:1")[0] == 1


@pytest.mark.parametrize("wrong", ["cases:x:1", "nothing:1:1", "张三"])
def test_what_refuses_what_is_no_id_with_words(audited, wrong):
    assert audited("what", wrong)[0] == 2
    assert wrong in audited.stderr


def test_between_two_instants_only_what_came_after_the_one_and_up_to_the_other(audited):
    code, entries = audited("between", "2025-09-04", "2025-09-06")
    assert (code, [e["event"].rpartition(".")[2] for e in entries]) == (0, ["CauseVerified"])
    assert audited("between", "2025-09-06", "2025-09-08")[0] == 1
    assert audited("between", "2025-09-08", "2025-09-06")[0] == 2


def test_between_two_instants_of_one_child_its_fields_then_and_then(audited):
    code, things = audited("between", "2025-09-04", "2025-09-06", "--of", audited.child)
    case = next(t for t in things if t["id"] == audited.case)
    assert code == 0
    assert case["changed"]["cause"] == [None, "poverty"]


def test_as_of_a_child_gives_all_things_begun_about_it(audited):
    code, things = audited("asof", audited.child, "--at", "2025-09-10")
    assert (code, {t["kind"] for t in things}) == (0, {"cases.DropoutCase", "cases.Docket"})
    assert audited("asof", audited.child, "--at", "2025-08-01")[0] == 1


@pytest.mark.parametrize(("by", "known"), [("recorded", None), ("occurred", False)])
def test_an_act_entered_late_is_marked_as_such(audited, by, known):
    (case,) = audited("asof", audited.case, "--at", "2025-09-06", "--by", by)[1]
    assert [(late["days"], late["known_then"]) for late in case["backdated"]] == ([] if known is None else [(6, known)])
    (now,) = audited("asof", audited.case)[1]
    assert [(late["event"], late["known_then"]) for late in now["backdated"]] == [
        ("cases.DropoutCase.HomeVisited", True)
    ]
    assert [e["backdated_days"] for e in audited("history", audited.case)[1]].count(6) == 1


def test_sql_answers_over_all_events(audited):
    code, rows = audited(
        "sql", "select event, count(*) as n, max(backdated_days) as late from events group by 1 order by 1"
    )
    told = {row["event"]: (row["n"], row["late"]) for row in rows}
    assert code == 0
    assert told["cases.DropoutCase.HomeVisited"] == (1, 6)
    assert audited("sql", "select facts->>'$.cause' as cause from events where event like '%CauseVerified'")[1] == [
        {"cause": "poverty"}
    ]


@pytest.mark.parametrize(
    "query",
    [
        "copy events to 'out.csv'",
        "select 1; select 2",
        "select * from read_text('/etc/passwd')",
        "select * from 'https://example.org/x.csv'",
        "set enable_external_access = true",
        "attach 'other.db'",
        "install httpfs",
        "drop view events",
        "selekt",
        "",
    ],
)
def test_sql_reaches_no_file_no_network_and_no_setting(audited, query):
    code, _ = audited("sql", query)
    assert (code, audited.stdout) == (2, "")
    assert audited.stderr.strip()


@pytest.mark.parametrize(
    "question",
    [
        ["history", "CASE"],
        ["asof", "CASE"],
        ["what", "CASE"],
        ["between", "2025-09-01", "2025-09-30"],
        ["sql", "select * from events"],
    ],
)
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_no_form_of_any_answer_shows_what_is_sealed(audited, question, form):
    code, _ = audited(*[audited.case if q == "CASE" else q for q in question], form=form)
    assert code == 0
    assert audited.stdout
    for secret in ("张三", '"box"', "commitment", "'box'"):
        assert secret not in audited.stdout


def test_csv_is_csv(audited):
    _, text = audited("history", audited.case, form="csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(audited("history", audited.case)[1])
    assert rows[-1]["补录"] == "6 天"


def test_a_store_that_is_none_is_refused_with_words(audited):
    from baoxue_shared.replay.command import main
    from typer.testing import CliRunner

    for wrong in ("cases", "nothing=sqlite:///x", "cases=mysql://x"):
        result = CliRunner().invoke(main, ["history", str(uuid4()), "--store", wrong])
        assert result.exit_code == 2
        assert "--store" in result.stderr
