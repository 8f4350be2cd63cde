"""Merkle trees of RFC 6962, section 2.1: roots, inclusion and consistency proofs, made and checked."""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from hashlib import sha256

HASH = 32  # bytes
EMPTY_ROOT = sha256(b"").digest()

Range = tuple[int, int]  # leaves from (included) to (not included)
Node = Callable[[int, int], bytes]  # level, index → hash of the complete subtree of 2**level leaves


class BadProofError(Exception):
    """A proof does not prove what it should; the message says where it fails."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size` (k of RFC 6962)."""
    return 1 << (size - 1).bit_length() - 1


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees that make up a range, largest first: (level, index). `start` is as RFC 6962 cuts."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def range_hash(node: Node, leaves: Range) -> bytes:
    """MTH of a range that RFC 6962 cuts from a tree."""
    hashes = [node(level, index) for level, index in subtrees(*leaves)]
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes)) if hashes else EMPTY_ROOT


def inclusion_path(index: int, size: int) -> list[Range]:
    """Ranges whose hashes prove a leaf, its sibling first. ValueError if there is no such leaf."""
    if not 0 <= index < size:
        message = f"leaf {index} is not in a tree of {size}"
        raise ValueError(message)
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int) -> list[Range]:
    """Ranges whose hashes prove that a tree extends another; none if the old one is empty or the same."""
    if not 0 <= old <= new:
        message = f"a tree of {new} does not extend one of {old}"
        raise ValueError(message)
    if old in {0, new}:
        return []
    path, start, end = [], 0, new
    while end != old:
        middle = start + split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start:  # the old tree's own hash is known to whoever checks, unless it is a part only
        path.append((start, end))
    return path[::-1]


def proof(node: Node, path: Sequence[Range]) -> list[bytes]:
    return [range_hash(node, leaves) for leaves in path]


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """Nodes over leaf hashes in memory, each reckoned once."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
    return lambda level, index: levels[level][index]


def root(leaves: Sequence[bytes]) -> bytes:
    """Of leaf hashes."""
    return range_hash(nodes_of(leaves), (0, len(leaves)))


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162, section 2.1.3.2. BadProofError."""
    _check_hashes(leaf, *proof)
    if not 0 <= index < size:
        message = f"leaf {index} is not in a tree of {size}"
        raise BadProofError(message)
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    _check_length(proof, inner + border)
    found = leaf
    for level, sibling in enumerate(proof):
        right = level >= inner or index >> level & 1
        found = node_hash(sibling, found) if right else node_hash(found, sibling)
    _check_root(found, root, size)


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """RFC 9162, section 2.1.4.2. An empty tree is the beginning of every tree, and has one root. BadProofError."""
    _check_hashes(*proof)
    if not 0 <= old <= new:
        message = f"a tree of {new} does not extend one of {old}"
        raise BadProofError(message)
    if old in {0, new}:
        _check_length(proof, 0)
        _check_root(old_root, EMPTY_ROOT if old == 0 else new_root, old)
        _check_root(new_root, EMPTY_ROOT if new == 0 else new_root, new)
        return
    first = (old & -old).bit_length() - 1  # height of the last complete subtree of the old tree
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    index = old - 1 >> first
    inner = (index ^ (new - 1 >> first)).bit_length()
    _check_length(hashes, 1 + inner + (index >> inner).bit_count())
    before = after = hashes[0]
    for level, sibling in enumerate(hashes[1:]):
        if level >= inner or index >> level & 1:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
        else:
            after = node_hash(after, sibling)
    _check_root(before, old_root, old)
    _check_root(after, new_root, new)


def _check_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH for one in hashes):
        message = f"a hash has {HASH} bytes"
        raise BadProofError(message)


def _check_length(proof: Sequence[bytes], wanted: int) -> None:
    if len(proof) != wanted:
        message = f"{len(proof)} hashes where {wanted} belong"
        raise BadProofError(message)


def _check_root(found: bytes, wanted: bytes, size: int) -> None:
    if found != wanted:
        message = f"the proof leads to another root of the tree of {size}"
        raise BadProofError(message)
