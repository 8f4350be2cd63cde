"""A service says at its start what is wrong, and its log holds no personal data."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from baoxue_shared.settings import settings_of

GOOD = {
    "STORE": "sqlite:////srv/baoxue/cases.sqlite3",
    "NATS_URL": "nats://127.0.0.1:8422",
    "ISSUER": "http://127.0.0.1:8410",
    "KEYS": "/srv/baoxue/keys",
    "COUNTY": "220822",
    "PORT": "8402",
}


def set_all(monkeypatch: pytest.MonkeyPatch, **changed: str | None) -> None:
    for name, value in {**GOOD, **changed}.items():
        if value is None:
            monkeypatch.delenv(f"BAOXUE_CASES_{name}", raising=False)
        else:
            monkeypatch.setenv(f"BAOXUE_CASES_{name}", value)


def test_good_settings_are_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)
    settings = settings_of("cases")
    assert (settings.port, settings.store_path) == (8402, Path("/srv/baoxue/cases.sqlite3"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("STORE", None), ("STORE", "mysql://x"), ("PORT", "many"), ("COUNTY", "2208"), ("CLOCK", "sundial")],
)
def test_a_wrong_setting_is_named_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str | None
) -> None:
    set_all(monkeypatch, **{name: value})
    with pytest.raises(SystemExit) as stopped:
        settings_of("cases")
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert f"BAOXUE_CASES_{name}" in told
    assert "应为 / write:" in told
    assert any("一" <= sign <= "鿿" for sign in told.partition("设置有误")[2].partition(" / write")[0])


PROGRAM = """
import structlog
from baoxue_shared.logs import set_up_logs
set_up_logs("cases")
with structlog.contextvars.bound_contextvars(request_id="r1"):
    structlog.get_logger().info("case opened", operation="open_case", name="张小明", id_number="220822201301010011")
"""


def test_a_log_line_carries_the_request_id_and_no_field_that_is_not_known() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stderr
    (line,) = told.splitlines()
    fields = json.loads(line)
    assert (fields["service"], fields["request_id"], fields["operation"]) == ("cases", "r1", "open_case")
    assert "张小明" not in told
    assert "220822201301010011" not in told


AGAIN = """
import logging
from baoxue_shared.logs import set_up_logs
set_up_logs("cases")
for number in range(50):
    logging.getLogger("nats").error("cannot connect %s", number)
logging.getLogger("nats").error("something else")
"""


def test_a_library_that_repeats_itself_is_heard_once_a_minute() -> None:
    told = subprocess.run([sys.executable, "-c", AGAIN], capture_output=True, text=True, check=True).stderr
    assert [json.loads(line)["error"] for line in told.splitlines()] == ["cannot connect %s", "something else"]
