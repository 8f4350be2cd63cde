"""Trees and proofs: the published vectors, a second implementation, and pymerkle say the same."""

import pytest
from baoxue_shared.evidence.merkle import (
    EMPTY_ROOT,
    BadProofError,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    nodes_of,
    proof,
    root,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

SIZES = st.integers(1, 300)
data = settings(max_examples=50, deadline=None)


def leaves(size):
    return [leaf_hash(f"entry {n}".encode()) for n in range(size)]


def from_hex(hashes):
    return [bytes.fromhex(one) for one in hashes]


def test_roots_are_those_of_the_published_vectors(vectors):
    hashed = [leaf_hash(one) for one in from_hex(vectors["inputs"])]
    assert [root(hashed[:size]) for size in range(9)] == from_hex(vectors["roots"])


def test_proofs_are_those_of_the_published_vectors(vectors):
    hashed = [leaf_hash(one) for one in from_hex(vectors["inputs"])]
    roots = from_hex(vectors["roots"])
    for one in vectors["inclusion"]:
        made = proof(nodes_of(hashed[: one["size"]]), inclusion_path(one["leaf"], one["size"]))
        assert made == from_hex(one["proof"])
        check_inclusion(hashed[one["leaf"]], one["leaf"], one["size"], made, roots[one["size"]])
    for one in vectors["consistency"]:
        made = proof(nodes_of(hashed[: one["new"]]), consistency_path(one["old"], one["new"]))
        assert made == from_hex(one["proof"])
        check_consistency(one["old"], one["new"], roots[one["old"]], roots[one["new"]], made)


@data
@given(size=SIZES, at=st.floats(0, 1, exclude_max=True))
def test_pymerkle_and_the_second_implementation_make_the_same_of_a_leaf(independent, size, at):
    index, hashed = int(size * at), leaves(size)
    theirs = InmemoryTree(algorithm="sha256")
    for n in range(size):
        theirs.append_entry(f"entry {n}".encode())
    made = proof(nodes_of(hashed), inclusion_path(index, size))
    assert root(hashed) == theirs.get_root(size) == independent.mth(hashed)
    assert [hashed[index], *made] == theirs.prove_inclusion(index + 1, size).path
    assert independent.inclusion_root(index, size, hashed[index], made) == root(hashed)
    check_inclusion(hashed[index], index, size, made, root(hashed))


@data
@given(new=SIZES, at=st.floats(0, 1))
def test_pymerkle_and_the_second_implementation_find_the_same_growth(independent, new, at):
    old, hashed = max(1, round(new * at)), leaves(new)
    theirs = InmemoryTree(algorithm="sha256")
    for n in range(new):
        theirs.append_entry(f"entry {n}".encode())
    made = proof(nodes_of(hashed), consistency_path(old, new))
    roots = root(hashed[:old]), root(hashed)
    assert roots == (theirs.get_root(old), theirs.get_root(new))
    assert independent.consistency_roots(old, new, roots[0], made) == roots
    verify_consistency(*roots, theirs.prove_consistency(old, new))
    check_consistency(old, new, *roots, made)


@data
@given(size=st.integers(2, 300), at=st.floats(0, 1, exclude_max=True), harm=st.data())
def test_no_harmed_proof_of_a_leaf_is_taken(size, at, harm):
    index, hashed = int(size * at), leaves(size)
    good = proof(nodes_of(hashed), inclusion_path(index, size))
    place = harm.draw(st.integers(0, len(good) - 1))
    flipped = bytes([good[place][0] ^ 1]) + good[place][1:]
    wrong = [
        (index, size, [*good[:place], flipped, *good[place + 1 :]]),
        (index, size, good[:-1]),
        (index, size, [*good, good[-1]]),
        (index, size, [*good[:place], good[place][:-1], *good[place + 1 :]]),
        (index ^ 1 if index ^ 1 < size else index - 1, size, good),
        (size, size, good),
        (-1, size, good),
    ]
    for leaf, tree, path in wrong:
        with pytest.raises(BadProofError):
            check_inclusion(hashed[index], leaf, tree, path, root(hashed))


@data
@given(new=st.integers(2, 300), at=st.floats(0, 1, exclude_max=True))
def test_no_rewritten_past_is_taken_for_growth(new, at):
    old = max(1, int(new * at))
    hashed = leaves(new)
    rewritten = [leaf_hash(b"another past"), *hashed[1:]]
    made = proof(nodes_of(rewritten), consistency_path(old, new))
    with pytest.raises(BadProofError):
        check_consistency(old, new, root(hashed[:old]), root(rewritten), made)
    good = proof(nodes_of(hashed), consistency_path(old, new))
    for path in (good[:-1], [*good, EMPTY_ROOT]):
        if path != good:
            with pytest.raises(BadProofError):
                check_consistency(old, new, root(hashed[:old]), root(hashed), path)


def test_an_empty_tree_has_one_root_and_proves_no_leaf():
    some = root(leaves(3))
    check_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    check_consistency(0, 3, EMPTY_ROOT, some, [])
    for old, new, old_root, new_root, path in [
        (0, 3, some, some, []),
        (0, 3, EMPTY_ROOT, some, [some]),
        (0, 0, EMPTY_ROOT, some, []),
        (0, 0, some, some, []),
        (3, 2, some, some, []),
        (3, 3, some, EMPTY_ROOT, []),
    ]:
        with pytest.raises(BadProofError):
            check_consistency(old, new, old_root, new_root, path)
    with pytest.raises(BadProofError):
        check_inclusion(EMPTY_ROOT, 0, 0, [], EMPTY_ROOT)


def test_who_asks_for_the_impossible_is_told():
    for wrong in (lambda: inclusion_path(3, 3), lambda: inclusion_path(0, 0), lambda: consistency_path(4, 3)):
        with pytest.raises(ValueError, match="tree"):
            wrong()
