"""The embedded mode's processes: nats-server, the development issuer, the services."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import httpx

from baoxue_deploy.places import ISSUER, NATS, SERVICES, Places, issuer_url, port, url

READY_WITHIN = 30.0


class PortTakenError(Exception):
    """Another program listens where one of ours should."""


class NotReadyError(Exception):
    """A process did not become ready in time; its log says why."""


def program(name: str) -> str:
    """A program of this installation."""
    own = Path(sys.executable).parent / name
    return str(own) if own.exists() else str(shutil.which(name))


class Processes:
    """Starts them in order, remembers their pids in run.json, ends them."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def up(self) -> None:
        """PortTakenError; NotReadyError."""
        for number in (NATS, ISSUER, *SERVICES.values()):
            self._check_free(port(number))
        for folder in (self.places.log, self.places.nats):
            folder.mkdir(parents=True, exist_ok=True)
        self.start("nats")
        self._await_port(port(NATS))
        self.start("issuer")
        self._await_ready("issuer", f"{issuer_url()}/jwks.json")
        for service in SERVICES:
            subprocess.run([program(f"baoxue-{service}"), "migrate"], env=self.places.environment(service), check=True)
        self.provision()
        for service in SERVICES:
            self.start(service)
        for service in SERVICES:
            self._await_ready(service, f"{url(service)}/readyz")
        self._remember()

    def provision(self) -> None:
        subprocess.run([sys.executable, "-m", "baoxue_deploy.streams"], check=True)

    def command(self, name: str) -> list[str]:
        """The command line of a process."""
        if name == "nats":
            config = self.places.root / "nats.conf"
            store = json.dumps(str(self.places.nats))
            config.write_text(
                f"listen: 127.0.0.1:{port(NATS)}\njetstream {{\n  store_dir: {store}\n  sync_interval: 2m\n}}\n",
                "utf-8",
            )
            return [program("nats-server"), "-c", str(config)]
        if name == "issuer":
            return [sys.executable, "-m", "baoxue_deploy.issuer", str(self.places.keys / "issuer.pem")]
        return [program(f"baoxue-{name}"), "serve"]

    def start(self, name: str) -> None:
        """Start, or start again."""
        environment: Mapping[str, str] = self.places.environment(name) if name in SERVICES else os.environ
        with (self.places.log / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.command(name), env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """-9, as a power cut would."""
        self.running[name].kill()
        self.running[name].wait()

    def down(self) -> None:
        """Services first, the broker last."""
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
        self.places.run.unlink(missing_ok=True)

    def _remember(self) -> None:
        pids = {name: process.pid for name, process in self.running.items()}
        addresses = {service: url(service) for service in SERVICES}
        self.places.run.write_text(json.dumps({"pids": pids, "addresses": addresses}, indent=1), "utf-8")

    @staticmethod
    def _check_free(number: int) -> None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                message = f"端口 {number} 已被占用；请先 baoxue down，或设 BAOXUE_PORT_BASE / port {number} is taken"
                raise PortTakenError(message)

    def _await_port(self, number: int) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", number)) == 0:
                    return
            time.sleep(0.02)
        raise NotReadyError(self._log_of("nats"))

    def _await_ready(self, name: str, address: str) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                if httpx.get(address, trust_env=False).is_success:
                    return
            time.sleep(0.05)
        raise NotReadyError(self._log_of(name))

    def _log_of(self, name: str) -> str:
        return f"{name} 没有就绪，日志：{self.places.log / name}.log / {name} is not ready, see its log"


def end_remembered(places: Places) -> bool:
    """End what a detached `up` started; False if nothing runs."""
    if not places.run.exists():
        return False
    for pid in json.loads(places.run.read_text("utf-8"))["pids"].values():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    places.run.unlink()
    return True
