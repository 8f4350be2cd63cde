"""An expulsion on the running system: refused with its clause, and the school's duty stands as violated."""

import json
import time
from datetime import date
from uuid import uuid4

import httpx
import pytest

from tests.enrollment.conftest import TOWNSHIP, id_number, register
from tests.system.test_program import Installation

pytestmark = pytest.mark.timeout(180)
BORN, DUTY = date(2015, 3, 5), "D-1.2-no-forced-leave"


class County:
    """A school and its pupil, over the interfaces of the running services."""

    def __init__(self, here):
        self.here, self.school, self._tokens = here, str(uuid4()), {}

    def token(self, role, *more):
        if (role, *more) not in self._tokens:
            self._tokens[role, *more] = self.here.told("token", role, *more)
        return self._tokens[role, *more]

    def _headers(self, role, *more):
        return {"Authorization": f"Bearer {self.token(role, *more)}", "Idempotency-Key": str(uuid4())}

    def send(self, path, body, role="county-education", *more):
        content = {"content": body.encode()} if isinstance(body, str) else {"json": body}
        headers = self._headers(role, *more)
        return httpx.post(self._url(1, path), headers=headers, trust_env=False, timeout=30, **content)

    def ask(self, number, path, role, **query):
        address = self._url(number, path)
        answer = httpx.get(address, params=query, headers=self._headers(role), trust_env=False, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    def _url(self, number, path):
        return f"http://127.0.0.1:{self.here.base + number}{path}"

    def pupil(self):
        """Of grade 4, by the offices' own files."""
        zone = {"school_id": self.school, "name": "开通镇中心校", "stage": "primary", "kind": "central"}
        pupils = f"身份证号,学校,年级\n{id_number(BORN, 1)},开通镇中心校,4"
        told = [
            self.send("/school-years", {"year": 2025}),
            self.send("/zones", {**zone, "township": TOWNSHIP, "villages": [TOWNSHIP]}),
            self.send("/registers/households", register(1, BORN)),
            self.send("/registers/pupils?year=2024", pupils),
        ]
        assert [answer.is_success for answer in told] == [True] * 4, [answer.text for answer in told]
        (child,) = self.ask(1, "/children", "county-education", min_position=told[-1].json()["position"])["rows"]
        return child["child_id"]

    def violated(self):
        return self.ask(4, "/duties", "auditor", duty=DUTY, state="violated")["rows"]


@pytest.fixture(scope="module")
def county(tmp_path_factory, worker_id):
    base = 24020 + 40 * int("".join(c for c in worker_id if c.isdigit()) or 0)
    here = Installation(tmp_path_factory.mktemp("county"), base)
    started = here.run("up", "--detach")
    assert started.returncode == 0, started.stderr
    yield County(here)
    here.run("down")


def test_an_expulsion_is_refused_with_its_clause_and_the_ledger_says_violated_live_and_from_scratch(county):
    child = county.pupil()
    assert county.violated() == []
    answer = county.send(f"/pupils/{child}/expulsion", {}, "school", "--organisation", county.school)
    assert answer.status_code == 409
    assert (answer.json()["duty"], answer.json()["clause"]) == (DUTY, "1.2")
    assert "更不得开除学生" in answer.json()["detail"]
    until = time.monotonic() + 30
    while not (rows := county.violated()) and time.monotonic() < until:
        time.sleep(0.2)
    assert [(row["bearer"], row["child"]) for row in rows] == [(county.school, child)]
    for words in ((), ("--from-scratch",)):
        done = county.here.run("duties", "--duty", DUTY, "--format", "json", *words, by="baoxue-audit")
        assert done.returncode == 0, done.stderr
        assert [(row["state"], row["bearer"]) for row in json.loads(done.stdout)] == [("violated", county.school)]


def test_all_eighty_duties_answer_and_from_scratch_is_the_same(county):
    plain, scratch = (
        county.here.run("duties", "--format", "json", *words, by="baoxue-audit") for words in ((), ("--from-scratch",))
    )
    assert (plain.returncode, scratch.returncode) == (0, 0), scratch.stderr
    assert len({row["duty_id"] for row in json.loads(plain.stdout)}) == 80
