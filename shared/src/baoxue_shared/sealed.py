"""The type of a sealed personal field; sealing and opening are `baoxue_shared.privacy`'s."""

from uuid import UUID

import msgspec


class Sealed(msgspec.Struct, frozen=True):
    """密封字段: ciphertext under a key of one child, bound to the place where it is recorded.

    `where` is "<event TOPIC>.<field>" and is part of the authenticated data, with the child; `commitment`
    fixes the key, since AES-GCM does not commit to one.
    """

    key_id: UUID
    where: str
    box: str  # base64: 12 bytes of nonce, ciphertext, 16 bytes of tag
    commitment: str  # base64, 16 bytes
