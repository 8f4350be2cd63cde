"""The digest says whether two histories mean the same: ids, clocks and ciphertext do not count, events do."""

import json
import random
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from baoxue_deploy.digest import digest as digest_of
from baoxue_shared.history.unit import Row
from msgspec.structs import replace

CHILDREN = 12


@dataclass
class Recording:
    """Writes rows as two services would: random ids, salts, seals; `recorded_at` from a clock that runs."""

    start: int = 1_750_000_000
    rows: dict[str, list[Row]] = field(default_factory=lambda: {"enrollment": [], "cases": []})

    def record(self, service, topic, originator, version, **facts):
        rows = self.rows[service]
        instant = f"2025-09-02T01:00:{len(rows) % 60:02d}.{uuid4().int % 10**6:06d}Z"
        metadata = {
            "actor": "dev:county-education",
            "role": "county-education",
            "organisation": "220822",
            "jurisdiction": "220822",
            "request_id": str(uuid4()),
            "correlation_id": str(uuid4()),
            "occurred_at": instant,
            "salt": uuid4().hex,
            "clause": "1.3",
        }
        header = {"originator_id": str(originator), "originator_version": version, "timestamp": instant}
        state = json.dumps({**header, "metadata": metadata, **facts}, default=str).encode()
        rows.append(Row(originator, version, topic, instant, "dev", "220822", state, position=len(rows) + 1, epoch=1))


def digest(rows):
    return digest_of(rows.items())


def seal():
    return {"key_id": str(uuid4()), "where": "cases.HomeVisited.found", "box": uuid4().hex, "commitment": uuid4().hex}


def year(order=None, *, first=1):
    """A small year: children in some order of recording, each with a notice, some with a case."""
    recording, school = Recording(), str(uuid4())
    book, notices, person = uuid4(), [], f"dev:school:{school}"
    recording.record("enrollment", "enrollment.NoticeBook.Opened", book, 1, year=2025)
    for n in order or range(CHILDREN):
        child, case = uuid4(), uuid4()
        area = f"2208221000{n % 4:02d}"
        recording.record("enrollment", "enrollment.Child.Recorded", child, 1, area=area, identity={"name": seal()})
        notices.append(uuid4())
        facts = {"child_id": str(child), "school_id": school, "number": f"义入通字〔2025〕第{len(notices):06}号"}
        recording.record("enrollment", "enrollment.EnrollmentNotice.Issued", notices[-1], 1, area=area, **facts)
        if n % 3 == 0:
            facts = {"child_id": str(child), "opened_on": "2025-09-02", "source": "check_in_missed"}
            recording.record("cases", "cases.DropoutCase.Opened", case, 1, area=area, **facts)
            recording.record("cases", "cases.DropoutCase.CauseVerified", case, 2, cause=f"cause-{n}")
            recording.record("cases", "cases.DropoutCase.HomeVisited", case, 3, found=seal())
            rests_on = [f"cases:1:{len(recording.rows['cases'])}", f"cases:1:{len(recording.rows['cases']) - 1}"]
            recording.record("cases", "cases.Docket.Noted", uuid4(), 1, rests_on=rests_on, person=person)
    version = 2
    for start in range(0, len(notices), chunk := CHILDREN // first):
        numbers = {"first": start + 1, "notices": notices[start : start + chunk]}
        recording.record("enrollment", "enrollment.NoticeBook.NumbersTaken", book, version, **numbers)
        version += 1
    return recording.rows


def altered(rows, service, number, **facts):
    row = rows[service][number]
    state = json.dumps({**json.loads(row.state), **facts}).encode()
    return {**rows, service: [*rows[service][:number], replace(row, state=state), *rows[service][number + 1 :]]}


def where(rows, topic):
    return next(number for number, row in enumerate(rows["cases"]) if row.topic == topic)


def test_other_ids_clock_readings_salts_and_ciphertext_do_not_change_it():
    assert digest(year()) == digest(year())


def test_order_between_aggregates_and_chunks_of_numbers_do_not_change_it():
    order = list(range(CHILDREN))
    random.shuffle(order)
    assert digest(year(order, first=3)) == digest(year())


@pytest.mark.parametrize("service", ["enrollment", "cases"])
def test_one_lost_event_changes_it(service):
    rows = year()
    whole = digest(rows)
    for number in range(len(rows[service])):
        assert digest({**rows, service: rows[service][:number] + rows[service][number + 1 :]}) != whole


@pytest.mark.parametrize("service", ["enrollment", "cases"])
def test_one_doubled_event_changes_it(service):
    rows = year()
    whole = digest(rows)
    for row in rows[service]:
        again = replace(row, originator_version=row.originator_version + 1)
        assert digest({**rows, service: [*rows[service], again]}) != whole


def test_an_altered_fact_actor_or_child_changes_it():
    rows = year()
    whole = digest(rows)
    opened = where(rows, "cases.DropoutCase.Opened")
    assert digest(altered(rows, "cases", opened, opened_on="2025-09-03")) != whole
    other = json.loads(rows["enrollment"][-2].state)["child_id"]
    assert digest(altered(rows, "cases", opened, child_id=other)) != whole
    metadata = json.loads(rows["cases"][opened].state)["metadata"]
    assert digest(altered(rows, "cases", opened, metadata={**metadata, "role": "school"})) != whole
    entered_late = {**metadata, "occurred_at": "2025-08-30T01:00:00Z"}
    assert digest(altered(rows, "cases", opened, metadata=entered_late)) != whole


def test_order_inside_an_aggregate_changes_it():
    rows = year()
    cause = where(rows, "cases.DropoutCase.CauseVerified")
    first, second = rows["cases"][cause : cause + 2]
    swapped = [replace(second, originator_version=2), replace(first, originator_version=3)]
    assert digest({**rows, "cases": [*rows["cases"][:cause], *swapped, *rows["cases"][cause + 2 :]]}) != digest(rows)


def test_an_event_named_by_its_position_counts_by_what_it_is():
    rows = year()
    noted = where(rows, "cases.Docket.Noted")
    assert digest(altered(rows, "cases", noted, rests_on=["cases:1:1", "cases:1:3"])) != digest(rows)
