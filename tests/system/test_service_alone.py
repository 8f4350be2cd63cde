"""Each service installs and starts alone, in a venv of its own, with nothing but shared."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("service", ["aid"])
def test_a_service_lives_in_a_venv_of_its_own(service, tmp_path):
    uv, venv = Path(sys.executable).parent / "uv", tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    environment = {**os.environ, "VIRTUAL_ENV": str(venv), "UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"}
    parts = [str(ROOT / "shared"), str(ROOT / "services" / service)]
    command = [str(uv), "pip", "install", "-q", "-c", str(ROOT / "requirements.lock"), *parts]
    subprocess.run(command, check=True, env=environment)
    others = {"enrollment", "cases", "aid", "oversight", "deploy"} - {service}
    found = subprocess.run([str(uv), "pip", "list"], check=True, env=environment, capture_output=True, text=True).stdout
    assert not [other for other in others if f"baoxue-{other}" in found]
    prefix, port = f"BAOXUE_{service.upper()}_", free_port()
    values = {
        "STORE": f"sqlite:///{tmp_path / 'alone.sqlite3'}",
        "NATS_URL": "nats://127.0.0.1:9",
        "ISSUER": "http://127.0.0.1:9",
        "KEYS": str(tmp_path / "keys"),
        "COUNTY": "220822",
        "PORT": str(port),
    }
    settings = {**os.environ, **{prefix + name: value for name, value in values.items()}}
    program = str(venv / "bin" / f"baoxue-{service}")
    early = subprocess.run([program, "serve"], env=settings, capture_output=True, text=True, check=False)
    assert (early.returncode, f"baoxue-{service} migrate" in early.stderr) == (2, True)
    subprocess.run([program, "migrate"], env=settings, check=True)
    with subprocess.Popen([program, "serve"], env=settings, stdout=subprocess.DEVNULL) as serving:
        try:
            assert ready(port)
        finally:
            serving.terminate()


def ready(port):
    """The broker is away: the service serves all the same."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).status_code == 200
        except httpx.HTTPError:
            time.sleep(0.1)
    return False
