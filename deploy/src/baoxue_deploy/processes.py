"""The embedded mode's processes: servers, development issuer, services; whatever falls is put up again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

from baoxue_deploy.one_process import answers, end, listens
from baoxue_deploy.places import ISSUER, NATS, POSTGRES, SERVICES, Places, issuer_url, port, url
from baoxue_deploy.postgres import Addresses, Databases, roomy
from baoxue_deploy.running import remember
from baoxue_deploy.switching import finish
from baoxue_deploy.trust import write_trust_policy

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


class Processes:
    """Starts them in order, remembers their pids in run.json, supervises them, ends them."""

    def __init__(self, places: Places, *, store: str = "sqlite", **noted: Any) -> None:  # noqa: ANN401
        """`store`: sqlite or postgresql; `noted`: what run.json is to say more."""
        self.places, self._noted = places, noted
        self.databases = Databases(roomy(places.postgres), port(POSTGRES)) if store == "postgresql" else None
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts = 0
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def up(self) -> None:
        """PortTakenError; NotReadyError."""
        for number in (ISSUER, *SERVICES.values()):
            self._check_free(port(number))
        self.attend()
        finish(self.places, self.databases.rename if self.databases else None)
        self.places.addresses = self.made()
        write_trust_policy(self.places.trust_policy, self.places.keys, SERVICES)
        self.start("issuer")
        self.migrate()
        self.provision()
        for service in SERVICES:
            self.start(service)
        self.await_ready()
        self.remember()
        self._supervisor.start()

    def attend(self) -> None:
        """The servers alone. PortTakenError; NotReadyError."""
        for number in (NATS, *([POSTGRES] if self.databases else [])):
            self._check_free(port(number))
        for folder in (self.places.log, self.places.nats):
            folder.mkdir(parents=True, exist_ok=True)
        if self.databases:
            self.databases.prepare()
            self.start("postgresql")
            self._await("postgresql", self.databases.answer)
        self.start("nats")
        self._await("nats", lambda: listens(port(NATS)))

    def made(self) -> dict[str, Addresses]:
        """The databases on the server; none where each is a file."""
        return self.databases.made() if self.databases else {}

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
        if self.databases:
            self._await("postgresql", self.databases.answer)
        addresses = {"issuer": f"{issuer_url()}/jwks.json", **{name: f"{url(name)}/readyz" for name in SERVICES}}
        for name, address in addresses.items():
            self._await(name, partial(answers, address))

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
        if name == "postgresql" and self.databases:
            return self.databases.command
        if name == "issuer":
            return [sys.executable, "-m", "baoxue_deploy.issuer", str(self.places.keys / "issuer.pem")]
        return [program(f"baoxue-{name}"), "serve"]

    def start(self, name: str) -> None:
        """Start, or start again; nothing if it runs."""
        environment: Mapping[str, str] = self.places.environment(name) if name in SERVICES else os.environ
        more = self.databases.started_as if name == "postgresql" and self.databases else {}
        with self._lock, (self.places.log / f"{name}.log").open("ab") as log:
            if self._over.is_set() or (name in self.running and self.running[name].poll() is None):
                return
            process = subprocess.Popen(
                self.command(name), env=environment, stdout=log, stderr=log, start_new_session=True, **more
            )
            self.running[name] = cast("subprocess.Popen[bytes]", process)  # `more` could ask for text, and does not

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
                self.remember()

    def down(self) -> None:
        """Services first, then the broker, the database last."""
        with self._lock:
            self._over.set()
        server = {name: process for name, process in self.running.items() if name == "postgresql"}
        end(process for name, process in reversed(self.running.items()) if name not in server)
        end(server.values(), signal.SIGINT)  # SIGTERM would wait for the last client
        if self._supervisor.ident is not None:  # else another one's run.json
            self.places.run.unlink(missing_ok=True)

    def remember(self) -> None:
        """In run.json, so that `down` finds them whatever becomes of this process."""
        with self._lock:
            if not self._over.is_set():
                pids = {name: process.pid for name, process in self.running.items()}
                remember(self.places, pids, self._noted)

    @staticmethod
    def _check_free(number: int) -> None:
        if listens(number):
            message = f"端口 {number} 已被占用；请先 baoxue down，或设 BAOXUE_PORT_BASE / port {number} is taken"
            raise PortTakenError(message)

    def _await(self, name: str, there: Callable[[], bool]) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until and (self._supervisor.is_alive() or self.running[name].poll() is None):
            if there():
                return
            time.sleep(0.02)
        log = self.places.log / f"{name}.log"
        message = f"{name} 没有就绪，日志：{log} / {name} is not ready, see its log"
        raise NotReadyError(message)
