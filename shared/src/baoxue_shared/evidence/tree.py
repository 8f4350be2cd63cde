"""A tree as tiles (C2SP tlog-tiles): 256 hashes each; it grows at its right edge, and its full tiles never change."""

from collections.abc import Iterable, Mapping
from functools import reduce
from hashlib import sha256
from struct import Struct

from baoxue_shared.evidence.merkle import EMPTY_ROOT, HASH, Node, Range, node_hash, subtrees

WIDTH = 256  # hashes of a full tile
HEIGHT = 8  # tree levels of a tile
FULL = WIDTH * HASH  # bytes
LEVELS = 8  # 2**64 leaves

Place = tuple[int, int]  # level, tile
_pairs = Struct(f"{2 * HASH}s").iter_unpack


def complete(hashes: bytes) -> bytes:
    """The root of a complete tree over 1, 2, 4 … hashes."""
    while len(hashes) > HASH:
        hashes = b"".join([sha256(b"\1" + pair).digest() for (pair,) in _pairs(hashes)])
    return hashes


def width_of(size: int, place: Place) -> int:
    """How many hashes a tile has in a tree of that size; 0: there is no such tile."""
    level, tile = place
    return max(0, min(WIDTH, (size >> HEIGHT * level) - tile * WIDTH))


class Tree:
    """The right edge of a tree of so many leaves: on each level the hashes that do not fill a tile yet."""

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        self.size = size
        self.edge = [*edge]
        self.edge += [b""] * (LEVELS - len(self.edge))

    def extend(self, leaves: bytes) -> dict[Place, bytes]:
        """Add leaf hashes; the tiles that are new or longer than before."""
        changed: dict[Place, bytes] = {}
        size, added = self.size, leaves
        self.size += len(leaves) // HASH
        for level in range(LEVELS):
            if not added:
                break
            tile, hashes = size >> HEIGHT * (level + 1), self.edge[level] + added
            added, at = b"", 0
            while len(hashes) - at >= FULL:
                changed[level, tile] = full = hashes[at : at + FULL]
                added += complete(full)
                tile, at = tile + 1, at + FULL
            self.edge[level] = hashes[at:]
            if self.edge[level]:
                changed[level, tile] = self.edge[level]
        return changed

    def root(self) -> bytes:
        parts = [part for hashes in reversed(self.edge) for part in _complete_parts(hashes)]
        return reduce(lambda right, left: node_hash(left, right), reversed(parts)) if parts else EMPTY_ROOT


def _complete_parts(hashes: bytes) -> Iterable[bytes]:
    at, count = 0, len(hashes) // HASH
    for level, _ in subtrees(0, count):
        yield complete(hashes[at : at + (HASH << level)])
        at += HASH << level


def edge_places(size: int) -> list[Place]:
    """The tiles of the right edge, by level."""
    return [(level, size >> HEIGHT * (level + 1)) for level in range(LEVELS)]


def place_of(level: int, index: int) -> tuple[Place, int, int]:
    """The tile that tells a complete subtree's hash, and from which to which of its hashes."""
    tile_level, inside = divmod(level, HEIGHT)
    start = index << inside
    return (tile_level, start // WIDTH), start % WIDTH, start % WIDTH + (1 << inside)


def places_of(path: Iterable[Range]) -> set[Place]:
    """The tiles that a proof needs."""
    return {place_of(*subtree)[0] for leaves in path for subtree in subtrees(*leaves)}


def nodes_in(tiles: Mapping[Place, bytes]) -> Node:
    """LookupError where a tile is missing or too short."""

    def node(level: int, index: int) -> bytes:
        place, start, end = place_of(level, index)
        hashes = tiles[place][start * HASH : end * HASH]
        if len(hashes) != (end - start) * HASH:
            raise LookupError(place)
        return complete(hashes)

    return node


def path_of(index: int) -> str:
    """A tile's number as C2SP writes it: `x001/x234/067`."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *before, last = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "".join(f"x{three}/" for three in before) + last


def read_path(path: str) -> tuple[int, int] | None:
    """Number and width of `x001/x234/067` or `067.p/5`; None if it is not written so."""
    number, partial, width = path.partition(".p/")
    threes = number.split("/")
    digits = "".join(part.removeprefix("x") for part in threes)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):  # noqa: PLR2004 - within 64 bits
        return None
    if partial and not (width.isascii() and width.isdigit() and 0 < int(width) < WIDTH):
        return None
    index, wide = int(digits), int(width) if partial else WIDTH
    suffix = f".p/{wide}" if partial else ""
    return (index, wide) if f"{path_of(index)}{suffix}" == path else None
