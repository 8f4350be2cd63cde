"""The trust policy: which logs' and witnesses' keys an auditor trusts. It comes from outside, never with the record."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from baoxue_shared.evidence.checkpoint import Checkpoint, epoch_of, origin_of, read_checkpoint
from baoxue_shared.evidence.note import COSIGNER, LOG, BadNoteError, Key, Note, read_key, read_note

FORMAT = 1


class BadPolicyError(Exception):
    """A policy file that cannot be used; the message says why."""


class UntrustedError(Exception):
    """A checkpoint that this policy does not trust; the message says why."""


class ForgedError(UntrustedError):
    """A checkpoint carries a signature under a trusted key's name that is not that key's."""


class Trusted(NamedTuple):
    """A checkpoint that the policy trusts, and when each witness saw it (seconds since 1970)."""

    checkpoint: Checkpoint
    cosigned: Mapping[str, int]

    @property
    def at(self) -> int | None:
        """When the first of them saw it: the tree existed by then; None if nobody cosigned."""
        return min(self.cosigned.values(), default=None)


class TrustedLog(BaseModel):
    """One log: its origin without the epoch, its keys, the witnesses that count for it, and how many are wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: str
    keys: tuple[str, ...] = Field(min_length=1)
    witnesses: tuple[str, ...] = ()
    quorum: int = Field(default=0, ge=0)
    known: str | None = None  # the last checkpoint of which the auditor knows, as a signed note

    @field_validator("keys")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(_key(vkey).kind != LOG for vkey in value):
            message = "a log's key is of type 1"
            raise ValueError(message)
        return value


class Policy(BaseModel):
    """`trust-policy.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    logs: dict[str, TrustedLog]  # by service
    witnesses: dict[str, str] = {}  # name in this file → key
    max_age_seconds: int | None = Field(default=None, gt=0)  # of the newest cosignature
    clock_tolerance_seconds: int = Field(default=300, ge=0)  # between a recording time and the cosignatures around it

    @model_validator(mode="after")
    def _whole(self) -> "Policy":
        keys = [_key(vkey) for vkey in self.witnesses.values()]
        if any(key.kind != COSIGNER for key in keys) or len({key.public for key in keys}) < len(keys):
            message = "a witness's key is of type 4, and no two witnesses have the same"
            raise ValueError(message)
        for service, log in self.logs.items():
            unknown = set(log.witnesses) - set(self.witnesses)
            if unknown or log.quorum > len(set(log.witnesses)):
                message = f"{service}: quorum {log.quorum} of {len(set(log.witnesses))}, unknown {sorted(unknown)}"
                raise ValueError(message)
        return self

    def log(self, origin: str) -> TrustedLog:
        """UntrustedError if the policy knows no such log."""
        for log in self.logs.values():
            if origin == log.origin or origin.startswith(f"{log.origin}/epoch-"):
                return log
        message = f"no log {origin} in the policy"
        raise UntrustedError(message)

    def trust(self, note: str) -> Trusted:
        """A note signed by the log and by enough witnesses. UntrustedError says what lacks; ForgedError."""
        try:
            read = read_note(note)
            checkpoint = read_checkpoint(read.text)
            log = self.log(checkpoint.origin)
            origin_of(*epoch_of(checkpoint.origin))
        except BadNoteError as error:
            raise UntrustedError(str(error)) from error
        try:
            return self._trusted(log, read, checkpoint)
        except BadNoteError as error:
            message = f"{checkpoint.origin}, {checkpoint.size}: {error}"
            raise ForgedError(message) from error

    def keys_of(self, origin: str) -> list[Key]:
        """The keys of a log under its epoch's name. UntrustedError."""
        return [_key(vkey).named(origin) for vkey in self.log(origin).keys]

    def _trusted(self, log: TrustedLog, note: Note, checkpoint: Checkpoint) -> Trusted:
        if not note.times(self.keys_of(checkpoint.origin)):
            message = f"{checkpoint.origin}: not signed by a key that the policy trusts"
            raise UntrustedError(message)
        names = {_key(self.witnesses[name]): name for name in log.witnesses}
        cosigned = {names[key]: time for key, time in note.times(names).items()}
        if len(cosigned) < log.quorum:
            message = f"{checkpoint.origin}: cosigned by {len(cosigned)} of the {log.quorum} witnesses wanted"
            raise UntrustedError(message)
        return Trusted(checkpoint, cosigned)


def _key(vkey: str) -> Key:
    try:
        return read_key(vkey)
    except BadNoteError as error:
        raise ValueError(str(error)) from error


def load_policy(path: Path) -> Policy:
    """BadPolicyError."""
    try:
        policy = Policy.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        problems: Sequence[object] = (
            [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            if isinstance(error, ValidationError)
            else [error]
        )
        message = f"{path}: {'; '.join(map(str, problems))}"
        raise BadPolicyError(message) from error
    if policy.format != FORMAT:
        message = f"{path}: format {policy.format}; this program reads {FORMAT}"
        raise BadPolicyError(message)
    return policy


def write_policy(path: Path, policy: Policy) -> None:
    text = json.dumps(policy.model_dump(exclude_none=True), ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", "utf-8")
