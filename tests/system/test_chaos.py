"""Chaos in small: it holds under kills, and a relay that skips one event makes it fail."""

import json
import sys
from datetime import date

import pytest
from baoxue_deploy.chaos import Disturbance, chaos_run
from baoxue_deploy.chaos_kills import VICTIMS
from baoxue_deploy.places import Places
from baoxue_deploy.processes import Processes

pytestmark = pytest.mark.timeout(240)
UNTIL = date(2025, 9, 9)  # check-ins are missed on the 6th
BROKEN_RELAY = """
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.main import main
from baoxue_shared.messaging import relay

whole = relay.contract_of
skipped = []

def skips_one(published, event, heard):
    if isinstance(event, PupilRecord.CheckInMissed) and not skipped:
        skipped.append(heard.event_id)
        return None
    return whole(published, event, heard)

relay.contract_of = skips_one
main()
"""


class BrokenRelay(Processes):
    """Enrollment's relay leaves one missed check-in out; nothing else is different."""

    def command(self, name):
        if name != "enrollment":
            return super().command(name)
        return [sys.executable, "-c", BROKEN_RELAY, "serve"]


@pytest.fixture(autouse=True)
def ports(monkeypatch, worker_id):
    monkeypatch.setenv("BAOXUE_PORT_BASE", str(23000 + 40 * int("".join(c for c in worker_id if c.isdigit()) or 0)))


def told(root):
    return json.loads((root / "chaos.json").read_text("utf-8"))


def test_killing_every_process_loses_and_doubles_nothing(tmp_path):
    assert chaos_run(Places(tmp_path), Disturbance(seed=1, kills=7, children=40, until=UNTIL))
    result = told(tmp_path)
    assert (result["lost"], result["doubled"], result["digest_equal"]) == (0, 0, True)
    assert set(result["killed"]) == set(VICTIMS["sqlite"])
    assert result["restarts"] == result["kills"] == 7


def test_killing_the_database_server_too_loses_and_doubles_nothing(tmp_path):
    disturbance = Disturbance(seed=3, kills=8, children=20, until=UNTIL, store="postgresql")
    assert chaos_run(Places(tmp_path), disturbance)
    result = told(tmp_path)
    assert (result["lost"], result["doubled"], result["digest_equal"]) == (0, 0, True)
    assert set(result["killed"]) == set(VICTIMS["postgresql"])


def test_a_relay_that_skips_one_event_is_found_out(tmp_path):
    assert not chaos_run(Places(tmp_path), Disturbance(seed=1, kills=0, children=40, until=UNTIL), make=BrokenRelay)
    result = told(tmp_path)
    assert result["lost"] >= 1
    assert result["digest_equal"] is False
    assert any("cases.DropoutCase.Opened" in difference for difference in result["differences"])
