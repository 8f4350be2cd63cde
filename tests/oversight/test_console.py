"""The console shows nothing without signing in, stays inside the reader's reach, and escapes what it shows."""

import re
from datetime import date
from html import unescape

import pytest
from baoxue_oversight.console.routes import COOKIE
from baoxue_shared.clock import shanghai
from baoxue_shared.contracts import enrollment

PAGES = ("/", "/console/duties", "/console/findings", "/console/children/00000000-0000-0000-0000-0000000003e9")


@pytest.fixture
async def page(desk):
    async def get(path, role="auditor", **whose):
        token = desk.served.headers(role, whose.get("school"), whose.get("area"))["Authorization"][7:] if role else ""
        return await desk.served.client.get(path, cookies={COOKIE: token} if role else {})

    return get


@pytest.mark.filterwarnings("ignore:Setting per-request cookies")
class TestPages:
    @pytest.mark.parametrize("path", PAGES)
    async def test_without_signing_in_there_is_only_the_way_to_sign_in(self, page, path):
        answer = await page(path, None)
        assert answer.status_code == 401
        assert "粘贴登录令牌" in answer.text
        assert "职责" not in answer.text
        assert "script" not in answer.headers["content-security-policy"]

    async def test_the_ledger_is_paged(self, desk, page, monkeypatch):
        monkeypatch.setattr("baoxue_oversight.console.pages.PAGE", 5)
        await desk.county_opens()
        desk.served.clock.instant = shanghai(date(2025, 12, 1))
        await desk.served.ask("/figures", "auditor")
        first = (await page("/console/duties")).text
        following = re.search(r'rel="next" href="([^"]+)"', first)
        second = (await page(unescape(following[1]))).text
        assert [text.count("<tr>") for text in (first, second)] == [6, 6]
        assert second != first

    async def test_the_first_page_tells_figures_and_who_owes(self, desk, page):
        await desk.county_opens()
        await desk.case(await desk.child(1))
        desk.served.clock.instant = shanghai(date(2025, 9, 20), 9)
        await desk.served.ask("/figures", "auditor")
        text = (await page("/")).text
        assert "甲校：未报到学生登记造册并核实原因" in text
        assert "逾期 4 天" in text

    async def test_the_past_looks_like_the_past(self, desk, page):
        await desk.county_opens()
        desk.served.clock.instant = shanghai(date(2025, 9, 20), 9)
        text = (await page("/?at=2025-09-10&lang=en")).text
        assert "You are looking at the past" in text
        assert "No duty is missed" in text

    async def test_a_township_sees_its_own_only(self, desk, page):
        await desk.county_opens()
        desk.served.clock.instant = shanghai(date(2025, 9, 20), 9)
        assert "甲校" in (await page("/console/duties", "township", area="220822100")).text
        assert "甲校" not in (await page("/console/duties", "township", area="220822101")).text

    async def test_a_child_s_timeline_is_read_on_record(self, desk, page):
        child = await desk.child(1)
        await desk.case(child)
        answer = await page(f"/console/children/{child}")
        assert "辍学个案立案" in answer.text
        log = await desk.served.world.store.fetch("select role, what from oversight_read_log")
        assert log == [{"role": "auditor", "what": "timeline"}]
        assert (await page(f"/console/children/{child}", "township", area="220881100")).status_code == 404

    async def test_police_may_not_open_it(self, page):
        assert (await page("/", "police")).status_code == 403

    async def test_what_is_shown_is_escaped(self, desk, page):
        zone = desk_zone("<script>alert(1)</script>")
        await desk.county_opens()
        await desk.served.hear(zone)
        desk.served.clock.instant = shanghai(date(2025, 9, 20), 9)
        text = (await page("/console/duties")).text
        assert "<script>" not in text
        assert "&lt;script&gt;" in text


def desk_zone(name):
    from uuid import UUID

    town = "220822100"
    return enrollment.ZoneDrawn(
        area=town, school_id=UUID(int=78), name=name, stage="primary", kind="central", township=town, villages=(town,)
    )


async def test_a_ready_made_person_of_the_embedded_mode_signs_in_with_one_button(desk):
    answer = await desk.served.client.post("/console/sign-in", data={"role": "auditor"})
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert (await desk.served.client.post("/console/sign-in", data={"token": "forged"})).status_code == 401
