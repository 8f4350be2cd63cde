"""`baoxue duties check FILE`: a county's own rules."""

from baoxue_deploy.command import main
from typer.testing import CliRunner

from tests.shared.duties.rules import rule


def check(path, text=None):
    if text is not None:
        path.write_text(text, "utf-8")
    return CliRunner().invoke(main, ["duties", "check", str(path)])


def test_usable_rules_are_counted(tmp_path):
    told = check(tmp_path / "own.yaml", rule())
    assert (told.exit_code, "1 duties, usable" in told.output) == (0, True)


def test_a_broken_file_is_named_with_line_and_reason(tmp_path):
    told = check(tmp_path / "broken.yaml", rule(requires="{event: Gone}"))
    assert told.exit_code == 1
    assert "broken.yaml：line 11: unknown event type 'Gone'" in told.output


def test_what_waits_for_events_is_said(tmp_path):
    told = check(tmp_path / "own.yaml", rule(requires="{event: LayoutPlanAdopted}"))
    assert (told.exit_code, "D-x：等待事件 / waiting for events: LayoutPlanAdopted" in told.output) == (0, True)


def test_a_file_that_is_not_there(tmp_path):
    assert check(tmp_path / "none.yaml").exit_code == 3
