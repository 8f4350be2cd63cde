"""A small county's log, sealed and cosigned step by step, and copies of it that an attacker changes."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import NamedTuple

from baoxue_shared.actor import acting_as
from baoxue_shared.evidence.checkpoint import epoch_of, read_checkpoint
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.note import COSIGNER, Signer, read_note
from baoxue_shared.evidence.policy import Policy, TrustedLog, write_policy
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.evidence.target import open_target
from baoxue_shared.evidence.verify import verify
from baoxue_shared.history.unit import Statement

NAME = "baoxue/220822/toy"
LOG_KEYS = SigningKeys([bytes(range(32))])
WITNESSES = {n: Signer(f"baoxue/220822/{n}", COSIGNER, n.encode().ljust(32, b"\1")) for n in ("aid", "oversight")}
NOW = datetime(2026, 5, 4, tzinfo=UTC)


def policy(**more):
    log = {"origin": NAME, "keys": tuple(str(key) for key in LOG_KEYS.public(f"{NAME}/epoch-1"))}
    log |= {"witnesses": tuple(WITNESSES), "quorum": 2} | more.pop("log", {})
    keys = {name: str(witness.key) for name, witness in WITNESSES.items()}
    return Policy(logs={"toy": TrustedLog(**log)}, witnesses=keys, **more)


class Scene(NamedTuple):
    gates: object
    log: EvidenceLog
    folder: object

    @property
    def path(self):
        return self.gates.store.path

    async def record(self, county, how_many):
        """A gate is built, visited, visited …: ten events a gate."""
        kind = type(self.gates).build_gate.__wrapped__.__annotations__["command"]
        gate = None
        for number in range(how_many):
            self.gates.clock.advance(seconds=1)
            with acting_as(county, clock=self.gates.clock):
                if number % 10 == 0:
                    gate = (await self.gates.build_gate(kind(name="东门"))).id
                else:
                    await self.gates.visit_gate(gate)

    async def seal(self):
        sealing = Sealing(self.log)
        await sealing.load()
        while await sealing.seal():
            pass
        return await self.log.sealed()

    async def cosign(self, *names, at=None):
        note = read_note((await self.log.sealed()).note)
        time = int((at or self.gates.clock.now()).timestamp())
        for name in names or WITNESSES:
            await self.keep(note, WITNESSES[name].sign(note.text, time), name, time)

    async def keep(self, note, signature, name, time):
        origin, size, _ = read_checkpoint(note.text)
        values = {"size": size, "witness": name, "at": time, "note": str(note.more([signature]))}
        values["epoch"] = epoch_of(origin)[1]
        sql = "insert into toy_cosignatures values (:epoch, :size, :witness, :at, :note)"
        await self.log.store.execute([Statement(sql, values)])

    def copy(self, *attacks, name="copy"):
        """The database as somebody with every right to the machine leaves it."""
        target = self.folder / f"{name}.sqlite3"
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(target)) as copied:
            source.backup(copied)
            triggers = copied.execute("select name from sqlite_master where type = 'trigger'").fetchall()
            for (trigger,) in triggers:
                copied.execute(f"drop trigger {trigger}")
            for attack in attacks:
                copied.execute(*(attack if isinstance(attack, tuple) else (attack,)))
            copied.commit()
        return target

    def verified(self, path=None, trust=None, since=None, now=NOW):
        target = open_target(str(path or self.path))
        try:
            return verify(target, policy() if trust is None else trust, now, since, lambda *_: None)
        finally:
            target.close()

    def faults(self, path=None, **how):
        return [fault for report in self.verified(path, **how) for fault in report.faults]

    def policy_file(self, **more):
        path = self.folder / "policy.json"
        write_policy(path, policy(**more))
        return path
