"""Where the embedded mode keeps its files, and which ports it takes."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from baoxue_deploy.trust import COUNTY, evidence_settings

SERVICES = {"enrollment": 8401, "cases": 8402, "aid": 8403, "oversight": 8404}
ISSUER, NATS, POSTGRES = 8410, 8422, 8432
VAR = Path("var")
KEPT = frozenset({"bench.json", "chaos.json"})


def base() -> int:
    """`BAOXUE_PORT_BASE` shifts all ports: 8400 by default."""
    return int(os.environ.get("BAOXUE_PORT_BASE", "8400"))


def port(usual: int) -> int:
    return base() + usual - 8400


def url(service: str) -> str:
    return f"http://127.0.0.1:{port(SERVICES[service])}"


def issuer_url() -> str:
    return f"http://127.0.0.1:{port(ISSUER)}"


def nats_url() -> str:
    return f"nats://127.0.0.1:{port(NATS)}"


class Places:
    """Files under one folder, `var/` by default."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.keys = self.root / "keys"
        self.log = self.root / "log"
        self.clock = self.root / "clock"
        self.nats = self.root / "nats"
        self.run = self.root / "run.json"
        self.report = self.root / "report.json"
        self.trust_policy = self.root / "trust-policy.json"
        self.postgres = self.root / "postgres"
        self.addresses: Mapping[str, tuple[str, str]] = {}  # of PostgreSQL databases: the application's, the migrator's

    def database(self, service: str) -> Path:
        return self.root / f"{service}.sqlite3"

    def clear(self) -> None:
        """Everything but what other commands measured."""
        for path in self.root.glob("*"):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in KEPT:
                path.unlink()

    def store(self, service: str) -> str:
        """Address of a service's database."""
        return self.addresses[service][0] if self.addresses else f"sqlite:///{self.database(service)}"

    def environment(self, service: str) -> dict[str, str]:
        """Settings of one service's process."""
        prefix = f"BAOXUE_{service.upper()}_"
        values = {
            "STORE": self.store(service),
            "NATS_URL": nats_url(),
            "ISSUER": issuer_url(),
            "KEYS": str(self.keys),
            "CLOCK": f"shared:{self.clock}",
            "COUNTY": COUNTY,
            "PORT": str(port(SERVICES[service])),
        }
        if self.addresses:
            values["MIGRATE_STORE"] = self.addresses[service][1]
        values |= evidence_settings(self.keys, service, {name: url(name) for name in SERVICES})
        return {**os.environ, **{prefix + name: value for name, value in values.items()}}
