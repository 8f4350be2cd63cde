"""The embedded mode's processes: nats-server, the development issuer, the services; whatever falls is put up again."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from baoxue_deploy.places import ISSUER, NATS, POSTGRES, SERVICES, Places, issuer_url, port, url
from baoxue_deploy.postgres import Databases
from baoxue_deploy.running import remember

READY_WITHIN = 30.0
LOOKS_EVERY = 0.1


class PortTakenError(Exception):
    """Another program listens where one of ours should."""


class NotReadyError(Exception):
    """A process did not become ready in time; its log says why."""


def program(name: str) -> str:
    """A program of this installation."""
    own = Path(sys.executable).parent / name
    return str(own) if own.exists() else str(shutil.which(name))


def _roomy(folder: Path) -> Path:
    """The server never runs as root: where an ordinary user may enter."""
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists()):
        return Path("/var/tmp") / f"baoxue{str(folder).replace('/', '-')}"  # noqa: S108 - a folder of the server's own
    return folder


class Processes:
    """Starts them in order, remembers their pids in run.json, supervises them, ends them."""

    def __init__(self, places: Places, *, store: str = "sqlite", **noted: Any) -> None:  # noqa: ANN401
        """`store`: sqlite or postgresql; `noted`: what run.json is to say more."""
        self.places, self._noted = places, noted
        self._databases = Databases(_roomy(places.postgres), port(POSTGRES)) if store == "postgresql" else None
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts = 0
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def up(self) -> None:
        """PortTakenError; NotReadyError."""
        for number in (NATS, ISSUER, *SERVICES.values()):
            self._check_free(port(number))
        for folder in (self.places.log, self.places.nats):
            folder.mkdir(parents=True, exist_ok=True)
        if self._databases:
            self.places.addresses = self._databases.start()
        self.start("nats")
        self._await_port(port(NATS))
        self.start("issuer")
        self.migrate()
        self.provision()
        for service in SERVICES:
            self.start(service)
        self.await_ready()
        self._remember()
        self._supervisor.start()

    def migrate(self) -> None:
        """NotReadyError."""
        steps = {
            service: subprocess.Popen([program(f"baoxue-{service}"), "migrate"], env=self.places.environment(service))
            for service in SERVICES
        }
        failed = [service for service, step in steps.items() if step.wait()]
        if failed:
            raise NotReadyError(f"migrate: {', '.join(failed)}")

    def await_ready(self) -> None:
        """NotReadyError."""
        self._await_ready("issuer", f"{issuer_url()}/jwks.json")
        for service in SERVICES:
            self._await_ready(service, f"{url(service)}/readyz")

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
        """Start, or start again; nothing if it runs."""
        environment: Mapping[str, str] = self.places.environment(name) if name in SERVICES else os.environ
        with self._lock, (self.places.log / f"{name}.log").open("ab") as log:
            if self._over.is_set() or (name in self.running and self.running[name].poll() is None):
                return
            self.running[name] = subprocess.Popen(
                self.command(name), env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> bool:
        """-9, as a power cut would; False if it was down already."""
        with self._lock:
            process = self.running[name]
            was_up = process.poll() is None
            process.kill()
            process.wait()
        return was_up

    def _supervise(self) -> None:
        while not self._over.wait(LOOKS_EVERY):
            fallen = [name for name, process in list(self.running.items()) if process.poll() is not None]
            for name in fallen:
                self.start(name)
                self.restarts += 1
            if fallen:
                self._remember()

    def down(self) -> None:
        """Services first, the broker last."""
        with self._lock:
            self._over.set()
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
        if self._databases and self.places.addresses:
            self._databases.stop()
        if self._supervisor.ident is not None:  # else another one's run.json
            self.places.run.unlink(missing_ok=True)

    def _remember(self) -> None:
        with self._lock:
            if not self._over.is_set():
                pids = {name: process.pid for name, process in self.running.items()}
                if self._databases:
                    pids["postgresql"] = self._databases.pid
                remember(self.places, pids, self._noted)

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
        while time.monotonic() < until and self.running[name].poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(address, trust_env=False).is_success:
                    return
            time.sleep(0.05)
        raise NotReadyError(self._log_of(name))

    def _log_of(self, name: str) -> str:
        return f"{name} 没有就绪，日志：{self.places.log / name}.log / {name} is not ready, see its log"
