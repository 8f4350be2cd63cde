"""Sealing and opening personal fields: AES-256-GCM under a key of the child, bound to its place."""

import asyncio
import base64
import hashlib
import hmac
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from baoxue_shared.errors import RefusalError
from baoxue_shared.privacy.keystore import KeyStore
from baoxue_shared.randomness import random_bytes
from baoxue_shared.sealed import Sealed

ERASED = "已删除 (erased)"
Key = tuple[UUID, bytes | None]


class ErasedChildError(RefusalError):
    """The child's personal data was erased; nothing new is sealed for it."""


class TamperedFieldError(Exception):
    """A sealed field does not open under its child's key at its place: somebody changed or moved it."""


@lru_cache(50_000)
def _commitment(key: bytes) -> str:
    """As part of a key's own cache it is reckoned once."""
    return base64.b64encode(hmac.new(key, b"baoxue key commitment v1", hashlib.sha256).digest()[:16]).decode()


class Sealer:
    """One service's seals; keys are durable before a sealed field leaves `seal`."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._erasures = keys.erasures()
        self._keyed = hmac.new(keys.secret, digestmod=hashlib.sha256)
        self._cache: dict[UUID, Key] = {}
        self._waiting: set[UUID] = set()
        self._turn = asyncio.Lock()

    @classmethod
    def open_store(cls, folder: Path, service: str) -> "Sealer":
        return cls(KeyStore(folder, service))

    def close(self) -> None:
        self._keys.close()

    def _forget_erased(self) -> None:
        """Another process may have destroyed a key that this one remembers."""
        erasures = self._keys.erasures()
        if erasures != self._erasures:
            self._cache.clear()
            self._erasures = erasures

    async def _key(self, child_id: UUID) -> Key:
        """Whoever gets the turn makes the keys of all who wait, in one transaction."""
        self._forget_erased()
        while child_id not in self._cache:
            self._waiting.add(child_id)
            async with self._turn:
                wanted, self._waiting = self._waiting | {child_id}, set()  # its turn's taker may have failed
                wanted = {child for child in wanted if child not in self._cache}
                if wanted:
                    erasures = self._keys.erasures()
                    self._remember(erasures, await asyncio.to_thread(self._keys.ensure, wanted))
        return self._cache[child_id]

    def _remember(self, erasures: int, found: dict[UUID, Key]) -> None:
        """Not if a key was destroyed while these were read: one of them may be it."""
        if erasures == self._keys.erasures():
            self._cache.update(found)

    async def seal(self, child_id: UUID, where: str, **plain: str) -> dict[str, Sealed]:
        """Each field sealed for its place `<where>.<name>`. ErasedChildError."""
        key_id, key = await self._key(child_id)
        if key is None:
            raise ErasedChildError(child_id=child_id)
        return {name: self._box(child_id, key_id, key, f"{where}.{name}", text) for name, text in plain.items()}

    @staticmethod
    def _box(child_id: UUID, key_id: UUID, key: bytes, where: str, text: str) -> Sealed:
        nonce = random_bytes(12)
        box = nonce + AESGCM(key).encrypt(nonce, text.encode(), child_id.bytes + where.encode())
        return Sealed(key_id, where, base64.b64encode(box).decode(), _commitment(key))

    async def open(self, child_id: UUID, sealed: Sealed) -> str:
        """The text, or ERASED. TamperedFieldError."""
        self._forget_erased()
        found = self._cache.get(child_id)
        if found is None:
            erasures = self._keys.erasures()
            found = await asyncio.to_thread(self._keys.key, child_id)
            if found is not None:
                self._remember(erasures, {child_id: found})
        if found is None or found[1] is None:
            return ERASED
        key = found[1]
        box = base64.b64decode(sealed.box)
        if not hmac.compare_digest(_commitment(key), sealed.commitment):
            raise TamperedFieldError(sealed.where)
        try:
            return AESGCM(key).decrypt(box[:12], box[12:], child_id.bytes + sealed.where.encode()).decode()
        except InvalidTag as error:
            raise TamperedFieldError(sealed.where) from error

    def _hmac(self, purpose: bytes, *parts: str) -> str:
        text = b"".join(len(p := part.encode()).to_bytes(4, "big") + p for part in parts)
        keyed = self._keyed.copy()  # `hmac.digest` would let go of the interpreter for a few microseconds' work
        keyed.update(purpose + text)
        return keyed.hexdigest()

    def digest(self, *parts: str) -> str:
        """Keyed digest of a command's body: it confirms no guess."""
        return self._hmac(b"request", *parts)

    async def claim(self, id_number: str, child_id: UUID) -> UUID:
        """The child that has this ID number; `child_id` if nobody had it."""
        return await asyncio.to_thread(self._keys.claim, self._hmac(b"lookup", id_number), child_id)

    async def find(self, id_number: str) -> UUID | None:
        return await asyncio.to_thread(self._keys.find, self._hmac(b"lookup", id_number))

    async def destroy(self, child_id: UUID) -> None:
        """Keys and look-up entries of a child, for good."""
        await asyncio.to_thread(self._keys.destroy, child_id)
        self._cache[child_id] = (child_id, None)
