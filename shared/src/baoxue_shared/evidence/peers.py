"""Witnesses and logs as settings name them: a public key and an address."""

from typing import NamedTuple

from baoxue_shared.evidence.checkpoint import epoch_of
from baoxue_shared.evidence.note import BadNoteError, Key, read_key


class Peer(NamedTuple):
    """`url`: of a witness, where add-checkpoint is; of a log, where its checkpoint is; empty if nobody need know."""

    key: Key
    url: str = ""


def read_peers(text: str) -> list[Peer]:
    """`<key> <url>, <key> <url>`. BadNoteError."""
    words = [part.split() for part in text.split(",") if part.strip()]
    if any(len(one) > 2 for one in words):  # noqa: PLR2004 - a key and an address
        message = "<key> <url>, <key> <url>"
        raise BadNoteError(message)
    return [Peer(read_key(one[0]), one[1] if one[1:] else "") for one in words]


def logs_of(peers: list[Peer]) -> dict[str, list[Key]]:
    """Keys by the name of the log, whatever epoch the key is named after."""
    found: dict[str, list[Key]] = {}
    for peer in peers:
        found.setdefault(log_of(peer.key), []).append(peer.key)
    return found


def log_of(key: Key) -> str:
    return epoch_of(key.name)[0] if "/epoch-" in key.name else key.name
