"""Sealing and opening personal fields: AES-256-GCM under a key of the child, bound to its place."""

import asyncio
import base64
import hashlib
import hmac
import threading
from binascii import b2a_base64
from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from baoxue_shared.errors import RefusalError
from baoxue_shared.privacy.keystore import KeyStore
from baoxue_shared.randomness import random_bytes, random_id
from baoxue_shared.sealed import Sealed

ERASED = "已删除 (erased)"
NONCE = 12  # bytes
Key = tuple[UUID, bytes | None]


class ErasedChildError(RefusalError):
    """The child's personal data was erased; nothing new is sealed for it."""


class TamperedFieldError(Exception):
    """A sealed field does not open under its child's key at its place: somebody changed or moved it."""


@lru_cache(50_000)
def _commitment(key: bytes) -> str:
    """As part of a key's own cache it is reckoned once."""
    return base64.b64encode(hmac.new(key, b"baoxue key commitment v1", hashlib.sha256).digest()[:16]).decode()


@cache
def _place(where: str, name: str) -> tuple[str, bytes]:
    """A field's place, as recorded and as authenticated; there are as many as fields in the code."""
    place = f"{where}.{name}"
    return place, place.encode()


class Sealer:
    """One service's seals. A new key is durable before anything that was sealed with it: see `settle`."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._erasures = keys.erasures()
        self._keyed = hmac.new(keys.secret, digestmod=hashlib.sha256)
        self._cache: dict[UUID, Key] = {}
        self._new: dict[UUID, tuple[UUID, bytes]] = {}  # made here, not yet durable
        self._overtaken: set[UUID] = set()  # ids of keys that another process's key or an erasure was before
        self._remembering = threading.Lock()

    @classmethod
    def open_store(cls, folder: Path, service: str) -> "Sealer":
        return cls(KeyStore(folder, service))

    def close(self) -> None:
        self._keys.close()

    def _known(self, child_id: UUID) -> Key | None:
        """As remembered, as just made or as stored; not remembered if a key was destroyed while this one was read."""
        erasures = self._keys.erasures()
        if erasures != self._erasures:  # another process may have destroyed a key that this one remembers
            with self._remembering:
                self._cache.clear()
                self._erasures = erasures
        known = self._cache.get(child_id) or self._new.get(child_id)
        if known is None and (known := self._keys.key(child_id)) and erasures == self._keys.erasures():
            self._cache[child_id] = known
        return known

    def seal_until_settled(self, child_id: UUID, where: str, **plain: str) -> tuple[dict[str, Sealed], UUID | None]:
        """Each field sealed for its place `<where>.<name>`, and the key's id if it still has to be settled.

        Whoever records the fields names the id in the unit: the store settles it before the unit is written.
        ErasedChildError.
        """
        key_id, key = self._known(child_id) or self._new.setdefault(child_id, (random_id(), random_bytes(32)))
        if key is None:
            raise ErasedChildError(child_id=child_id)
        sealed = self._boxes(child_id, (key_id, key), where, plain)
        return sealed, key_id if child_id in self._new else None

    def make_keys(self, children: Iterable[UUID]) -> None:
        """For children whose ids were drawn just now: no key of theirs is looked for; `settle` would find one."""
        for child_id in children:
            self._new.setdefault(child_id, (random_id(), random_bytes(32)))

    async def seal(self, child_id: UUID, where: str, **plain: str) -> dict[str, Sealed]:
        """Each field sealed for its place `<where>.<name>`, under a key that is durable. ErasedChildError."""
        while True:
            sealed, unsettled = self.seal_until_settled(child_id, where, **plain)
            if unsettled is None:
                return sealed
            await asyncio.to_thread(self.settle)
            if not self.overtaken((unsettled,)):
                return sealed

    def settle(self) -> None:
        """Make all new keys durable, in any thread; `overtaken` tells which of them must not be used."""
        new = self._new.copy()
        if not new:
            return
        erasures = self._keys.erasures()
        found = self._keys.ensure(new)
        self._overtaken |= {made[0] for child, made in new.items() if found[child] != made}
        with self._remembering:
            if erasures == self._keys.erasures():  # else one of them may be destroyed
                self._cache.update(found)
        for child in new:
            self._new.pop(child, None)

    def overtaken(self, key_ids: Iterable[UUID]) -> bool:
        """Whether one of these keys was made too late: what it sealed must not be recorded."""
        return not self._overtaken.isdisjoint(key_ids)

    @staticmethod
    def _boxes(child_id: UUID, made: tuple[UUID, bytes], where: str, plain: Mapping[str, str]) -> dict[str, Sealed]:
        (key_id, key), child = made, child_id.bytes
        encrypt, committed, nonces = AESGCM(key).encrypt, _commitment(key), random_bytes(NONCE * len(plain))
        sealed: dict[str, Sealed] = {}
        at = 0
        for name, text in plain.items():
            place, bound = _place(where, name)
            nonce = nonces[at : at + NONCE]
            at += NONCE
            box = b2a_base64(nonce + encrypt(nonce, text.encode(), child + bound), newline=False).decode()
            sealed[name] = Sealed(key_id, place, box, committed)
        return sealed

    async def open(self, child_id: UUID, sealed: Sealed) -> str:
        """The text, or ERASED. TamperedFieldError."""
        found = self._known(child_id)
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
        return (await self.claim_all({id_number: child_id}))[id_number]

    async def claim_all(self, wanted: Mapping[str, UUID]) -> dict[str, UUID]:
        """As `claim`, many in one commit."""
        return await asyncio.to_thread(self._claimed, wanted)

    def _claimed(self, wanted: Mapping[str, UUID]) -> dict[str, UUID]:
        lookups = {self._hmac(b"lookup", text): text for text in wanted}
        found = self._keys.claim({lookup: wanted[text] for lookup, text in lookups.items()})
        return {lookups[lookup]: child_id for lookup, child_id in found.items()}

    async def find(self, id_number: str) -> UUID | None:
        return (await self.find_all([id_number])).get(id_number)

    async def find_all(self, id_numbers: Iterable[str]) -> dict[str, UUID]:
        """The children that have these ID numbers; numbers that nobody has are left out."""
        return await asyncio.to_thread(self._whose, id_numbers)

    def _whose(self, id_numbers: Iterable[str]) -> dict[str, UUID]:
        lookups = {self._hmac(b"lookup", text): text for text in id_numbers}
        return {lookups[lookup]: child_id for lookup, child_id in self._keys.find(list(lookups)).items()}

    def lookup(self, text: str) -> str:
        """The keyed look-up entry of a natural key, as `claim` files it; for many at once, in a thread of their own."""
        encoded = text.encode()
        message = b"lookup" + len(encoded).to_bytes(4, "big") + encoded
        return hmac.digest(self._keys.secret, message, "sha256").hex()

    async def found_at(self, lookups: Iterable[str]) -> dict[str, UUID]:
        """Children by look-up entry, of those that are known."""
        return await asyncio.to_thread(self.found_at_now, lookups)

    def found_at_now(self, lookups: Iterable[str]) -> dict[str, UUID]:
        """The same for who is in a thread of its own."""
        return self._keys.find(list(lookups))

    async def lookups_of(self, children: Collection[UUID]) -> dict[str, UUID]:
        """Look-up entries that lead to these children."""
        return await asyncio.to_thread(
            lambda: {entry: child for entry, child in self._keys.lookups() if child in children}
        )

    async def destroy(self, child_id: UUID) -> None:
        """Keys and look-up entries of a child, for good."""
        await asyncio.to_thread(self._keys.destroy, child_id)
        self._new.pop(child_id, None)
        self._cache[child_id] = (child_id, None)
