"""What a duty forbids is refused before it is decided: the catalogue says which command, and when."""

from datetime import date

import pytest
from baoxue_shared.duties import CatalogueError, load_catalogue
from baoxue_shared.duties.guarding import Guards
from baoxue_shared.duties.kinds import contracts, planned
from baoxue_shared.messages import Catalogue
from pydantic import BaseModel

from tests.shared.duties.rules import rule

DAY = date(2025, 9, 10)
FORBIDDING = [
    (duty.id, guard.command) for duty in load_catalogue() for variant in duty.variants for guard in variant.guards
]


MERGER = "{event: MergerApproved, when_any: [most_guardians_against]}"


class Body(BaseModel, extra="allow"):
    pass


def forbidden(command, settings=None, day=DAY, area="220822", **facts):
    found = Guards(load_catalogue(settings=settings)).forbidding(command, Body(**facts), area, day)
    return found and found.duty.id


def test_the_rows_that_refuse_a_command_are_those_that_say_so():
    rows = {duty.id for duty in load_catalogue() if "refuse_command" in duty.consequence}
    assert rows == {duty_id for duty_id, _ in FORBIDDING}
    assert len(rows) == 5


@pytest.mark.parametrize("command", ["expel_pupil", "withdraw_pupil", "retain_pupil"])
def test_what_does_not_exist_is_always_forbidden(command):
    assert forbidden(command) == "D-1.2-no-forced-leave"


def test_a_suspension_is_allowed_only_for_health_and_on_the_guardian_s_application():
    assert forbidden("suspend_pupil", ground="health", guardian_applied=True) is None
    assert forbidden("suspend_pupil", ground="other", guardian_applied=True) == "D-1.2-no-forced-leave"
    assert forbidden("suspend_pupil", ground="health", guardian_applied=False) == "D-1.2-no-forced-leave"
    assert forbidden("suspend_pupil") == "D-1.2-no-forced-leave"


def test_other_leaving_is_forbidden_without_a_concrete_reason_and_a_county_may_say_what_is_none():
    assert forbidden("record_other_leaving", reason="其他") == "D-2.7-other-leaving"
    assert forbidden("record_other_leaving", reason="随父母迁往长春") is None
    here = {"leaving.no_reason": [{"value": ["家里有事"], "area": "220822"}]}
    assert forbidden("record_other_leaving", here, reason="家里有事") == "D-2.7-other-leaving"
    assert forbidden("record_other_leaving", here, reason="家里有事", area="220881") is None


def test_a_merger_is_forbidden_as_soon_as_one_ground_speaks_against_it():
    assert forbidden("approve_merger", most_guardians_against=False, most_delegates_against=True) is not None
    assert forbidden("approve_merger", most_guardians_against=False) is None


def test_a_duty_that_is_not_in_force_yet_forbids_nothing():
    assert forbidden("expel_pupil", day=date(2018, 11, 28)) is None
    assert forbidden("expel_pupil", day=date(2018, 11, 29)) == "D-1.2-no-forced-leave"


def test_what_no_duty_forbids_is_not_asked_for_its_fields():
    assert Guards(load_catalogue()).forbidding("open_case", None, "220822", DAY) is None


def test_the_refusal_names_the_duty_and_quotes_its_clause_in_both_languages():
    found = Guards(load_catalogue()).forbidding("expel_pupil", None, "220822", DAY)
    texts = [Catalogue().text(found.refusal(), language) for language in ("zh", "en")]
    assert all("D-1.2-no-forced-leave" in text and "更不得开除学生" in text for text in texts)
    assert "通知一（二）" in texts[0]
    assert "第二十七条" in texts[0]
    assert "Notice § 1.2" in texts[1]


@pytest.mark.parametrize(
    ("forbids", "reason"),
    [
        ("[{command: fly}]", "unknown command 'fly'; there are approve_merger, "),
        ("[{command: expel_pupil, when: {colour: [red]}}]", "command expel_pupil has no field 'colour'"),
        ("[{command: expel_pupil, tells: Moon}]", "unknown event type 'Moon'"),
        ("[{command: expel_pupil, moon: 1}]", "unknown field 'moon'"),
        ("[{when: {}}]", "forbids names a command, an event, or both"),
        (
            f"[{MERGER}, {MERGER}]",
            "one event at most",
        ),
        ("[{event: MergerApproved}]", "'when_any' is missing"),
        ("[{command: expel_pupil}]", "refuse_command is the consequence of a duty that forbids a command"),
    ],
)
def test_a_wrong_guard_is_refused_with_its_line(forbids, reason):
    with pytest.raises(CatalogueError, match=rf"line \d+: .*{reason}"):
        load_catalogue(rule(more=f"forbids: {forbids}"))


def test_every_attempt_that_is_told_is_what_its_duty_judges():
    for duty in load_catalogue():
        for variant in duty.variants:
            told = {guard.tells for guard in variant.guards if guard.tells}
            assert told <= {spec.kind for spec in getattr(variant.requires, "specs", ())}
            assert told <= {*contracts(), *planned()}
