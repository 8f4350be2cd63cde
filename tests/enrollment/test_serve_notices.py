"""Service with proof: every way has its own; refused, undeliverable, by public notice, revoked, issued anew."""

from datetime import date

import pytest
from baoxue_enrollment.deadlines import Deadlines

PROOFS = {
    "in_hand": {},
    "adult_family_member": {"receiver": "李奶奶", "relation": "祖母"},
    "left": {"reason": "拒绝签收", "witnesses": ["王主任"]},
    "electronic": {"receipt": "13804310001 2025-07-02 09:30"},
    "entrusted": {"through": "洮南市教育局"},
    "posted": {"receipt": "XA12345678922"},
    "transferred": {"through": "某部队政治机关"},
}
FAILED = {"method": "posted", "tried_on": "2025-07-01", "cause": "whereabouts-unknown"}
NOTICED = {
    "method": "public_notice",
    "served_on": "2025-07-02",
    "proof": {"published_in": "县政府网站", "reason": "下落不明"},
}


async def _one(office):
    await office.open_year()
    (notice,) = await office.notices(1)
    return f"/notices/{notice['notice_id']}"


async def _row(office):
    await office.send("/school-years", {"year": 2030 + office.last % 50})  # so that the views have come this far
    return (await office.ask("/notices", year=2025))["rows"][0]


@pytest.mark.parametrize("method", PROOFS)
async def test_each_way_of_service_is_taken_with_its_proof(office, method):
    path = await _one(office)
    body = {"method": method, "served_on": "2025-07-02", "proof": PROOFS[method]}
    await office.send(f"{path}/service", body, "township")
    row = await _row(office)
    assert (row["method"], row["served_on"]) == (method, "2025-07-02")


@pytest.mark.parametrize("method", [m for m, proof in PROOFS.items() if proof] + ["public_notice"])
async def test_a_way_without_its_proof_is_refused(office, method):
    path = await _one(office)
    refused = await office.post(f"{path}/service", {"method": method, "served_on": "2025-07-02"}, "township")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:baoxue:problem:ProofMissingError")


async def test_who_signed_lies_sealed(office):
    path = await _one(office)
    body = {"method": "adult_family_member", "served_on": "2025-07-02", "proof": PROOFS["adult_family_member"]}
    await office.send(f"{path}/service", body, "township")
    states = b"".join([row.state async for row in office.world.store.stream()])
    assert "李奶奶".encode() not in states
    assert b"enrollment.EnrollmentNotice.Served.proof" in states


async def test_a_refused_notice_is_still_to_be_served_and_can_be_left(office):
    path = await _one(office)
    await office.send(
        f"{path}/refusal", {"refused_on": "2025-07-01", "reason": "不愿签收"}, "village-cadre", area="220822100201"
    )
    assert len(await office.gaps("issued-not-served")) == 1
    await office.send(
        f"{path}/service", {"method": "left", "served_on": "2025-07-02", "proof": PROOFS["left"]}, "township"
    )
    row = await _row(office)
    assert (row["refused_on"], row["method"]) == ("2025-07-01", "left")


async def test_public_notice_comes_only_after_another_way_has_failed(office):
    path = await _one(office)
    refused = await office.post(f"{path}/service", NOTICED)
    assert (refused.status_code, refused.json()["available"]) == (409, ["record_undeliverable"])
    await office.send(f"{path}/undeliverable", FAILED, "township")
    assert (await office.send(f"{path}/service", NOTICED))["answer"] == {"served_on": "2025-08-01"}


async def test_public_notice_counts_as_service_when_thirty_days_have_passed(office):
    path = await _one(office)
    await office.send(f"{path}/undeliverable", FAILED, "township")
    await office.send(f"{path}/service", NOTICED)
    deadlines = Deadlines(office.parts.application, office.world)
    for day, gaps in ((date(2025, 8, 1), 1), (date(2025, 8, 2), 0)):
        await deadlines.pass_day(day)
        office.last = await office.world.store.last_position()
        assert len(await office.gaps("issued-not-served")) == gaps, day
    row = await _row(office)
    assert (row["method"], row["served_on"], row["cause"]) == ("public_notice", "2025-08-01", "whereabouts-unknown")
    before = await office.world.store.last_position()
    await deadlines.pass_day(date(2025, 8, 3))
    assert await office.world.store.last_position() == before


async def test_a_revoked_notice_leaves_its_number_void_and_the_child_due(office):
    path = await _one(office)
    issued = office.clock.now().isoformat()
    office.clock.advance(days=1)
    await office.send(f"{path}/revocation", {"ground": "placement-changed", "revoked_on": "2025-07-01"})
    assert len(await office.gaps("due-without-notice")) == 1
    assert await office.gaps("due-without-notice", at=issued) == []
    refused = await office.post(f"{path}/service", {"method": "in_hand", "served_on": "2025-07-02"}, "township")
    assert (refused.status_code, refused.json()["available"]) == (409, ["reissue_notice"])
    assert (await office.ask("/notices/numbers", year=2025))["void"] == [1]


@pytest.mark.parametrize("revoked", [False, True])
async def test_a_notice_issued_anew_has_the_next_number_and_is_to_be_served_anew(office, revoked):
    await office.open_year()
    notices = await office.notices(3)
    await office.serve(notices)
    path = f"/notices/{notices[0]['notice_id']}"
    if revoked:
        await office.send(f"{path}/revocation", {"ground": "issued-in-error", "revoked_on": "2025-07-01"})
    body = {"ground": "due-after-all" if revoked else "lost", "reissued_on": "2025-07-05", "report_on": "2025-09-01"}
    answer = await office.send(f"{path}/reissue", body)
    assert answer["answer"]["number"] == "义入通字〔2025〕第000004号"
    numbers = await office.ask("/notices/numbers", year=2025)
    assert (numbers["last"], numbers["valid"], numbers["void"], numbers["problems"]) == (4, 3, [1], [])
    assert [gap["number"] for gap in await office.gaps("issued-not-served")] == ["义入通字〔2025〕第000004号"]
    assert await office.gaps("due-without-notice") == []


async def test_the_check_of_numbers_finds_a_number_that_the_book_does_not_know(office):
    await office.open_year()
    await office.notices(3)
    assert (await office.ask("/notices/numbers", year=2025))["problems"] == []
    from baoxue_shared.view import sql

    await office.world.store.execute([sql("update notice_list set serial = 7 where serial = 2")])
    problems = (await office.ask("/notices/numbers", year=2025))["problems"]
    assert [problem.split(":")[0] for problem in problems] == ["2", "7"]


async def test_if_match_names_the_notices_version(office):
    path = await _one(office)
    headers = {**office.token("county-education"), "Idempotency-Key": "k1", "If-Match": '"1"'}
    body = {"ground": "spoiled", "reissued_on": "2025-07-05", "report_on": "2025-09-01"}
    assert (await office.client.post(f"{path}/reissue", json=body, headers=headers)).is_success
    stale = await office.client.post(f"{path}/reissue", json=body, headers={**headers, "Idempotency-Key": "k2"})
    assert stale.status_code == 412
