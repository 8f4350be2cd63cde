"""Keys of a log and of a witness: made once, kept 0600 apart from the database, or given by a setting."""

import base64
import secrets
from pathlib import Path

from baoxue_shared.evidence.note import LOG, BadNoteError, Key, Signer, unbase64
from baoxue_shared.privacy.keystore import owned_file

SEED = 32  # bytes


class BadKeyError(Exception):
    """A key file or setting that holds no keys; it is never quoted."""


class SigningKeys:
    """One key, or several while they are being rotated: all of them sign, all are published, the newest last."""

    def __init__(self, seeds: list[bytes], kind: int = LOG) -> None:
        self._seeds, self._kind = seeds, kind

    @classmethod
    def from_text(cls, text: str, kind: int = LOG) -> "SigningKeys":
        """Base64 of 32 bytes, one a line or separated by commas. BadKeyError."""
        words = text.replace(",", " ").split()
        try:
            seeds = [unbase64(word) for word in words]
        except BadNoteError:
            seeds = []
        if not seeds or any(len(seed) != SEED for seed in seeds):
            message = f"密钥须是 base64 的 {SEED} 字节 / a key is base64 of {SEED} bytes"
            raise BadKeyError(message) from None
        return cls(seeds, kind)

    @classmethod
    def open_file(cls, path: Path, kind: int = LOG) -> "SigningKeys":
        """Made now if it is not there. BadKeyError."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls.from_text(owned_file(path, new_key()).decode(), kind)

    def signers(self, name: str) -> list[Signer]:
        return [Signer(name, self._kind, seed) for seed in self._seeds]

    def public(self, name: str) -> list[Key]:
        return [signer.key for signer in self.signers(name)]


def new_key() -> bytes:
    """A line of a key file."""
    return base64.b64encode(secrets.token_bytes(SEED)) + b"\n"


def add_key(path: Path) -> None:
    """From the next start both keys sign, so that verifiers may change from one to the other."""
    _rewrite(path, path.read_bytes() + new_key())


def retire_key(path: Path) -> None:
    """The oldest key signs no more; BadKeyError if it is the only one."""
    lines = path.read_bytes().splitlines(keepends=True)
    if len(lines) < 2:  # noqa: PLR2004 - one must be left
        message = "只有一把密钥：请先 rotate-key / the only key: rotate-key first"
        raise BadKeyError(message)
    _rewrite(path, b"".join(lines[1:]))


def _rewrite(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    owned_file(draft, content)
    draft.replace(path)


def log_key_file(folder: Path, service: str) -> Path:
    return folder / f"{service}.log-key"


def witness_key_file(folder: Path, service: str) -> Path:
    return folder / f"{service}.witness-key"
