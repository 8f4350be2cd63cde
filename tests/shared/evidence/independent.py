"""A second implementation, written from RFC 6962 and the C2SP texts alone: it imports nothing of ours.

Trees by the recursive definitions, notes by splitting bytes, Ed25519 by another library than ours.
"""

import base64
import json
import struct
from hashlib import sha256

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa


class RefusedError(Exception):
    pass


def need(condition, why):
    if not condition:
        raise RefusedError(why)


# RFC 6962, 2.1


def leaf(data):
    return sha256(bytes([0]) + data).digest()


def inner(a, b):
    return sha256(bytes([1]) + a + b).digest()


def half(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(leaves):
    """Of leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = half(len(leaves))
    return inner(mth(leaves[:k]), mth(leaves[k:]))


def inclusion_root(m, n, hashed, path):
    """The root that PATH(m, D[n]) leads to, by the recursion of 2.1.1 read backwards."""
    path = list(path)
    need(0 <= m < n, "no such leaf")
    if n == 1:
        need(not path, "the path is too long")
        return hashed
    need(path, "the path is too short")
    last, k = path.pop(), half(n)
    if m < k:
        return inner(inclusion_root(m, k, hashed, path), last)
    return inner(last, inclusion_root(m - k, n - k, hashed, path))


def consistency_roots(m, n, old_root, path, *, whole=True):
    """The roots of m and n that SUBPROOF(m, D[n], whole) leads to (2.1.2)."""
    path = list(path)
    need(0 < m <= n, "no proof from an empty tree")
    if m == n:
        need(len(path) == (0 if whole else 1), "the path has the wrong length")
        return (old_root, old_root) if whole else (path[0], path[0])
    need(path, "the path is too short")
    last, k = path.pop(), half(n)
    if m <= k:
        old, new = consistency_roots(m, k, old_root, path, whole=whole)
        return old, inner(new, last)
    old, new = consistency_roots(m - k, n - k, old_root, path, whole=False)
    return inner(last, old), inner(last, new)


# C2SP signed-note, tlog-checkpoint, tlog-cosignature


def vkey(text):
    name, number, rest = text.split("+", 2)
    raw = base64.b64decode(rest)
    need(sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == number, "key number")
    return name, raw[0], raw[1:], bytes.fromhex(number)


def split_note(note):
    at = note.rindex("\n\n")
    return note[: at + 1], note[at + 2 :]


def signed_at(note, key):
    """None if the key did not sign; else the time, 0 for a log."""
    text, lines = split_note(note)
    name, kind, public, number = vkey(key)
    for line in lines.splitlines():
        dash, who, encoded = line.split(" ")
        need(dash == "\u2014", "dash")
        raw = base64.b64decode(encoded)
        if who != name or raw[:4] != number:
            continue
        raw, message, time = raw[4:], text.encode(), 0
        if kind == 4:
            (time,) = struct.unpack(">Q", raw[:8])
            raw, message = raw[8:], f"cosignature/v1\ntime {time}\n".encode() + message
        ed25519 = eddsa.import_public_key(public)
        assert isinstance(ed25519, ECC.EccKey)
        try:
            eddsa.new(ed25519, "rfc8032").verify(message, raw)
        except ValueError as error:
            raise RefusedError("signature") from error
        return time
    return None


def checkpoint(note):
    origin, size, root, *_ = split_note(note)[0].split("\n")
    need(str(int(size)) == size, "size")
    return origin, int(size), base64.b64decode(root)


# C2SP tlog-proof, tlog-tiles


def check_receipt(text, entry, log_key, witness_keys, quorum):
    head, note = text.split("\n\n", 1)
    first, *lines = head.split("\n")
    need(first == "c2sp.org/tlog-proof@v1", "first line")
    if lines[0].startswith("extra "):
        lines.pop(0)
    need(lines[0].startswith("index "), "index")
    index, path = int(lines[0][6:]), [base64.b64decode(line) for line in lines[1:]]
    _, size, root = checkpoint(note)
    need(signed_at(note, log_key) is not None, "the log did not sign")
    need(sum(signed_at(note, key) is not None for key in witness_keys) >= quorum, "too few witnesses")
    need(inclusion_root(index, size, leaf(entry), path) == root, "another root")


def tile_path(level, index, width=256):
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03d}")
    return f"{level}/{'/'.join(reversed(parts))}" + (f".p/{width}" if width < 256 else "")


def entries(bundle):
    found = []
    while bundle:
        (length,) = struct.unpack(">H", bundle[:2])
        need(len(bundle) >= 2 + length, "a bundle ends inside an entry")
        found.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return found


# Our own entry, from the words of its documentation


def entry(  # noqa: PLR0917 - in the order of the bytes
    epoch, position, originator, version, topic, recorded_at, actor, jurisdiction, state
):
    def text(value):
        raw = value.encode()
        return struct.pack(">H", len(raw)) + raw

    texts = b"".join(map(text, (topic, recorded_at, actor, jurisdiction)))
    return struct.pack(">BIQ16sI", 1, epoch, position, originator.bytes, version) + texts + sha256(state).digest()


def policy(path):
    return json.loads(path.read_text("utf-8"))
