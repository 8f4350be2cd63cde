"""`baoxue` as an operator meets it: up in the background, looked at, disturbed, down."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from baoxue_deploy.processes import program
from baoxue_deploy.running import alive

pytestmark = pytest.mark.timeout(180)


class Installation:
    """A folder, its ports, and the program run in it."""

    def __init__(self, folder: Path, base: int) -> None:
        self.folder, self.var, self.base = folder, folder / "var", base
        self.environment = {**os.environ, "BAOXUE_PORT_BASE": str(base)}

    def run(self, *words, by="baoxue"):
        where = {"cwd": self.folder, "env": self.environment}
        return subprocess.run([program(by), *words], capture_output=True, text=True, check=False, **where)

    def told(self, *words):
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def cases(self):
        return f"http://127.0.0.1:{self.base + 2}"

    def post(self, body, key, token=None):
        headers = {"Idempotency-Key": key} | ({"Authorization": f"Bearer {token}"} if token else {})
        return httpx.post(f"{self.cases()}/cases", json=body, headers=headers, trust_env=False, timeout=30)


@pytest.fixture(scope="module")
def installation(tmp_path_factory, worker_id):
    base = 24000 + 40 * int("".join(c for c in worker_id if c.isdigit()) or 0)
    here = Installation(tmp_path_factory.mktemp("installation"), base)
    started = here.run("up", "--detach")
    assert started.returncode == 0, started.stderr
    yield here
    here.run("down")


def opening():
    known = {"source": "public_report", "opened_on": "2025-03-01", "area": "220822100001"}
    return {"child_id": str(uuid4()), "school_id": str(uuid4()), **known}


def test_a_second_up_is_refused(installation):
    assert installation.run("up", "--detach").returncode == 2


def test_commands_need_a_token_and_a_request_id_keeps_its_body(installation):
    assert installation.post(opening(), "a").status_code == 401
    token = installation.told("token", "county-education")
    assert installation.post(opening(), "a", token).status_code == 201
    other = installation.post(opening(), "a", token)
    assert (other.status_code, other.headers["content-type"]) == (409, "application/problem+json")


def test_the_history_is_append_only_for_other_programs_too(installation):
    installation.post(opening(), "b", installation.told("token", "county-education"))
    with sqlite3.connect(installation.var / "cases.sqlite3") as database:
        for change in (
            "delete from cases_events",
            "update cases_events set actor = 'x'",
            "insert or replace into cases_events select * from cases_events",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(change)
    database.close()


def test_status_says_how_far_each_service_has_come(installation):
    rows = json.loads(installation.told("status", "--format", "json"))
    assert [row["service"] for row in rows] == ["enrollment", "cases", "aid", "oversight"]
    assert {row["ready"] for row in rows} == {"ready"}
    assert installation.told("status", "--format", "csv").startswith("service,address,ready,position")
    assert "oversight" in installation.told("status")


def test_what_falls_is_put_up_again(installation):
    pids = json.loads((installation.var / "run.json").read_text("utf-8"))["pids"]
    for name in ("aid", "nats"):
        os.kill(pids[name], signal.SIGKILL)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        now = json.loads((installation.var / "run.json").read_text("utf-8"))["pids"]
        if now["aid"] != pids["aid"] and now["nats"] != pids["nats"] and installation.run("status").returncode == 0:
            break
        time.sleep(0.2)
    assert installation.run("status").returncode == 0
    assert now["cases"] == pids["cases"]


def test_the_clock_passes_day_by_day(installation):
    before = installation.told("clock", "show")
    after = installation.told("clock", "advance", "--days", "3")
    assert (before[:10], after[:10]) == ("2025-03-01", "2025-03-04")
    assert installation.told("clock", "show") == after


def test_samples_digest_and_doctor(installation):
    installation.post(opening(), "c", installation.told("token", "county-education"))
    case = installation.told("sample", "case")
    service, epoch, position = installation.told("sample", "event").split(":")
    assert (service, epoch) == ("cases", "1")
    assert int(position) >= 1
    assert len(case) == len(installation.told("sample", "child")) == 36
    assert installation.run("sample", "name").returncode == 1  # nobody played a demonstration here
    first = installation.told("digest")
    assert first == installation.told("digest")
    assert int(first, 16)
    assert installation.run("doctor").returncode == 0


def test_a_view_is_rebuilt_while_all_runs_and_one_that_is_none_is_refused(installation):
    token = installation.told("token", "township")
    assert installation.post(opening(), str(uuid4()), token).status_code == 201
    (told,) = json.loads(installation.told("rebuild", "case_list", "--format", "json"))
    assert (told["service"], told["stage"], told["serving"]) == ("cases", "switched", told["new"])
    assert json.loads(installation.told("rebuild", "oversight/ledger", "--format", "json"))[0]["stage"] == "switched"
    refused = installation.run("rebuild", "nothing")
    assert (refused.returncode, "cases/case_list" in refused.stderr) == (2, True)


def test_down_ends_everything_and_up_goes_on_where_it_was(installation):
    before = installation.told("digest")
    pids = json.loads((installation.var / "run.json").read_text("utf-8"))["pids"]
    assert installation.run("down").returncode == 0
    assert not any(map(alive, pids.values()))
    assert installation.run("status").returncode == 3
    assert installation.run("down").returncode == 1
    assert installation.told("digest") == before
    installation.told("up", "--detach")
    assert installation.told("digest") == before
