"""A county backs up, goes on, loses, restores as an operator types it: nothing is swallowed after it, nothing twice."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from baoxue_deploy.processes import program

pytestmark = pytest.mark.timeout(300)
WORD = ("--approver", "dev:county-government", "--reason", "机房断电，经批准恢复")
STORES = ("sqlite", "postgresql")


class Installation:
    """A folder, its ports, its kind of store, and the programs run in it."""

    def __init__(self, folder: Path, base: int, store: str) -> None:
        self.folder, self.var, self.base, self.store = folder, folder / "var", base, store
        self.environment = {**os.environ, "BAOXUE_PORT_BASE": str(base)}

    def run(self, *words, of="baoxue"):
        where = {"cwd": self.folder, "env": self.environment}
        return subprocess.run([program(of), *words], capture_output=True, text=True, check=False, **where)

    def told(self, *words):
        done = self.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def up(self):
        self.told("up", "--detach", "--store", self.store)

    def down(self):
        self.run("down")

    def open_cases(self, how_many):
        headers = {"Authorization": f"Bearer {self.told('token', 'county-education')}"}
        for _ in range(how_many):
            body = {"child_id": str(uuid4()), "school_id": str(uuid4()), "area": "220822100001"}
            body |= {"source": "public_report", "opened_on": "2025-03-01"}
            url = f"http://127.0.0.1:{self.base + 2}/cases"
            headers["Idempotency-Key"] = str(uuid4())
            answer = httpx.post(url, json=body, headers=headers, trust_env=False, timeout=30)
            assert answer.status_code == 201, answer.text

    def status(self, service):
        port = self.base + {"enrollment": 1, "cases": 2, "aid": 3, "oversight": 4}[service]
        return httpx.get(f"http://127.0.0.1:{port}/status", trust_env=False, timeout=30).json()

    def await_rest(self):
        """Everything is published, heard, sealed and cosigned."""
        until = time.monotonic() + 40
        while time.monotonic() < until:
            cases, oversight = self.status("cases"), self.status("oversight")
            heard = (oversight["reader_epochs"]["cases/ledger"], oversight["readers"]["cases/ledger"])
            told = (cases["epoch"], cases["published"])
            if heard == told and cases["cosigned"] == cases["sealed"] == cases["position"] == cases["relayed"]:
                return
            time.sleep(0.1)
        raise AssertionError((cases, oversight))

    def facts(self):
        """Places of cases' facts in oversight's ledger."""
        sql = "select epoch, position from ledger_facts where publisher = 'cases' order by epoch, position"
        if self.store == "sqlite":
            with closing(sqlite3.connect(self.var / "oversight.sqlite3")) as database:
                return [tuple(row) for row in database.execute(sql)]
        with psycopg.connect(self.address("oversight")) as database:
            return [tuple(row) for row in database.execute(sql.encode())]

    def address(self, service):
        return f"postgresql://{service}_app@127.0.0.1:{self.base + 32}/baoxue_{service}"

    def target(self, service):
        return str(self.var / f"{service}.sqlite3") if self.store == "sqlite" else self.address(service)

    def verified(self, service):
        """Exit status and reports under the policy that was there before."""
        words = ("verify", self.target(service), "--trust", str(self.folder / "policy.json"), "--format", "json")
        done = self.run(*words, of="baoxue-audit")
        return done.returncode, json.loads(done.stdout)


@pytest.fixture(params=STORES)
def county(request, tmp_path, worker_id):
    """Six cases in the backup `old`, four more after it, everything cosigned; then it is down."""
    base = 25000 + 40 * int("".join(c for c in worker_id if c.isdigit()) or 0)
    here = Installation(tmp_path, base, request.param)
    here.up()
    try:
        here.open_cases(6)
        here.await_rest()
        here.told("backup", "-o", "old")
        here.open_cases(4)
        here.await_rest()
        shutil.copy(here.var / "trust-policy.json", here.folder / "policy.json")
        here.down()
        yield here
    finally:
        here.down()


def places(epoch, *positions):
    return [(epoch, position) for position in positions]


def test_a_lossy_restore_on_an_approvers_word_goes_on_in_a_new_epoch(county):
    seen = county.run("restore", "--verify", "old", "--format", "json")
    assert seen.returncode == 1
    found = {one["service"]: one for one in json.loads(seen.stdout)}
    assert found["cases"]["verdict"] == "missing"
    missing = found["cases"]["missing"]
    assert len(missing) > 0
    assert any("JetStream" in one["held_by"] for one in missing)
    assert all(any("现库" in holder for holder in one["held_by"]) for one in missing)
    assert county.run("restore", "old").returncode == 1  # nothing is lost without a word
    assert county.run("restore", "old", "--approver", "x").returncode == 2
    county.told("restore", "old", *WORD)
    county.up()
    county.open_cases(3)
    county.await_rest()
    status = county.status("cases")
    restored = status["position"] - 1 - 3 * (len(missing) // 4)
    before = [place for place in county.facts() if place[0] == 1]
    after = [place for place in county.facts() if place[0] == 2]
    assert len(before) == len(set(before)) == 10  # what was told stays told, and nothing comes twice
    assert len(after) == 3
    assert restored + 1 < min(after)[1] <= restored + len(missing)  # positions are used again
    code, reports = county.verified("cases")
    assert (code, [report["origin"][-7:] for report in reports]) == (0, ["epoch-1", "epoch-2"])
    assert reports[1]["restored"]["lost"]["count"] == len(missing)
    assert reports[1]["restored"]["approver"] == "dev:county-government"
    assert not reports[1]["restored"]["unproved"]


@pytest.mark.parametrize("county", ["sqlite"], indirect=True)
def test_a_backup_that_lacks_nothing_is_put_back_without_a_word(county):
    county.up()
    county.await_rest()
    county.told("backup", "-o", "whole")
    before = county.status("cases")["position"]
    county.down()
    county.told("restore", "whole")
    county.up()
    county.open_cases(1)
    county.await_rest()
    assert county.status("cases")["epoch"] == 1
    assert county.status("cases")["position"] > before
    assert [len(county.verified(service)[1]) for service in ("cases", "aid")] == [1, 1]
    assert county.verified("cases")[0] == 0


@pytest.mark.parametrize(
    ("county", "moment"), [("sqlite", "ready"), ("sqlite", "decided"), ("postgresql", "decided")], indirect=["county"]
)
def test_killed_in_the_middle_a_restore_leaves_the_old_or_the_new(county, moment):
    stop = {"ready": "decide", "decided": "_replace"}[moment]
    module = {"ready": "putting_back", "decided": "switching"}[moment]
    code = (
        "import os, signal\n"
        f"import baoxue_deploy.{module} as there\n"
        f"there.{stop} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from baoxue_deploy.command import main\n"
        f"main(['restore', 'old', {', '.join(map(repr, WORD))}])\n"
    )
    where = {"cwd": county.folder, "env": county.environment}
    killed = subprocess.run([str(Path(program("baoxue")).parent / "python"), "-c", code], check=False, **where)
    assert killed.returncode == -signal.SIGKILL
    county.down()  # the servers that it had started for itself
    county.up()
    county.await_rest()
    status = county.status("cases")
    code, reports = county.verified("cases")
    assert code == 0
    if moment == "ready":
        assert (status["epoch"], len(reports)) == (1, 1)
    else:
        assert len(reports) == 2
        assert reports[1]["restored"]["reason"] == WORD[3]
    county.open_cases(1)
    county.await_rest()
    assert county.verified("cases")[0] == 0
