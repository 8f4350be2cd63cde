"""Tiles: the tree they tell is the tree of RFC 6962, however it grew; paths are those of C2SP."""

import pytest
from baoxue_shared.evidence.merkle import (
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    proof,
    root,
)
from baoxue_shared.evidence.tree import FULL, Tree, edge_places, nodes_in, path_of, places_of, read_path, width_of
from hypothesis import given, settings
from hypothesis import strategies as st

LEAVES = [leaf_hash(n.to_bytes(4, "big")) for n in range(70_000)]


def grown(*steps):
    tree, tiles = Tree(), {}
    for step in steps:
        tiles |= tree.extend(b"".join(LEAVES[tree.size : tree.size + step]))
    return tree, tiles


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=8))
def test_a_tree_is_the_same_however_it_grew(steps):
    tree, tiles = grown(*steps)
    size = sum(steps)
    assert tree.root() == root(LEAVES[:size])
    assert tiles == grown(size)[1]
    again = Tree(size, [tiles.get(place, b"") for place in edge_places(size)])
    more = LEAVES[size : size + 300]
    assert again.extend(b"".join(more)) == tree.extend(b"".join(more))
    assert again.root() == tree.root() == root(LEAVES[: size + 300])


def test_seventy_thousand_leaves_make_the_tiles_of_the_specification():
    tiles = grown(70_000)[1]
    widths = {place: len(hashes) // 32 for place, hashes in tiles.items()}
    assert len(tiles[0, 0]) == FULL == 8192
    assert sum(1 for (level, _), width in widths.items() if level == 0 and width == 256) == 273
    assert (widths[0, 273], widths[1, 0], widths[1, 1], widths[2, 0]) == (112, 256, 17, 1)
    assert len(tiles) == 277
    assert all(width_of(70_000, place) == width for place, width in widths.items())
    assert width_of(70_000, (0, 274)) == width_of(70_000, (3, 0)) == 0
    assert set(grown(256)[1]) == {(0, 0), (1, 0)}


@settings(max_examples=50, deadline=None)
@given(size=st.integers(1, 70_000), at=st.floats(0, 1, exclude_max=True))
def test_proofs_are_made_from_a_few_tiles(size, at):
    tiles = grown(size)[1]
    index = int(size * at)
    for path, check in (
        (inclusion_path(index, size), lambda made, top: check_inclusion(LEAVES[index], index, size, made, top)),
        (
            consistency_path(index, size),
            lambda made, top: check_consistency(index, size, grown(index)[0].root(), top, made),
        ),
    ):
        needed = places_of(path)
        assert len(needed) <= 12
        check(proof(nodes_in({place: tiles[place] for place in needed}), path), grown(size)[0].root())


def test_a_short_or_missing_tile_makes_no_proof():
    tiles = grown(300)[1]
    path = inclusion_path(3, 300)
    for cut in ({**tiles, (0, 0): tiles[0, 0][:-32]}, {(0, 1): tiles[0, 1]}):
        with pytest.raises(LookupError):
            proof(nodes_in(cut), path)


def test_paths_are_those_of_the_specification(vectors, independent):
    for one in vectors["paths"]:
        written = independent.tile_path(one["level"], one["tile"], one["width"])
        assert written == one["path"]
        assert read_path(one["path"].partition("/")[2]) == (one["tile"], one["width"])
        assert one["path"].startswith(f"{one['level']}/{path_of(one['tile'])}")


NO_PATHS = ["", "0", "00", "0000", "x001", "001/x234", "x1/234", "x001/234/567", "-01", "x000/001", "٠٠١", "../001"]
NO_WIDTHS = ["067.p/0", "067.p/256", "067.p/05", "067.p/", "067.p", "067.p/٥", "x001/" * 9 + "001"]


@pytest.mark.parametrize("wrong", [*NO_PATHS, *NO_WIDTHS])
def test_what_is_no_path_is_not_read(wrong):
    assert read_path(wrong) is None
