"""An entry has one encoding; a bundle of entries is read to its end or refused."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from baoxue_shared.evidence.entry import BadEntryError, bundle, decode, encode, entry_of, unbundle
from baoxue_shared.history.unit import Row
from hypothesis import given, settings
from hypothesis import strategies as st

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
ROWS = st.builds(
    Row,
    originator_id=st.uuids(),
    originator_version=st.integers(1, 2**31 - 1),
    topic=TEXTS,
    recorded_at=st.datetimes(timezones=st.just(UTC)),
    actor=TEXTS,
    jurisdiction=TEXTS,
    state=st.binary(max_size=200),
    position=st.integers(1, 2**63 - 1),
    epoch=st.integers(1, 2**31 - 1),
)
ROW = Row(
    originator_id=UUID(int=5),
    originator_version=1,
    topic="cases.DropoutCase.Opened",
    recorded_at=datetime(2025, 9, 1, 1, tzinfo=UTC),
    actor="person-7",
    jurisdiction="220822",
    state=b"{}",
    position=7,
    epoch=1,
)


@settings(max_examples=50)
@given(ROWS)
def test_another_implementation_encodes_the_same_and_it_reads_back(independent, row):
    encoded = encode(entry_of(row))
    theirs = independent.entry(
        row.epoch,
        row.position,
        row.originator_id,
        row.originator_version,
        row.topic,
        row.recorded_at.isoformat(),
        row.actor,
        row.jurisdiction,
        row.state,
    )
    assert encoded == theirs
    assert decode(encoded) == entry_of(row)


def test_the_same_instant_in_another_zone_is_the_same_entry():
    there = ROW.recorded_at.astimezone(timezone(timedelta(hours=8)))
    moved = Row(ROW.originator_id, 1, ROW.topic, there, ROW.actor, ROW.jurisdiction, ROW.state, 7, 1)
    assert encode(entry_of(moved)) == encode(entry_of(ROW))


def test_an_entry_is_kept_as_a_vector():
    assert encode(entry_of(ROW)).hex() == (
        "0100000001000000000000000700000000000000000000000000000005000000010018"
        "63617365732e44726f706f7574436173652e4f70656e65640019323032352d30392d30315430313a30303a30302b30303a3030"
        "0008706572736f6e2d370006323230383232"
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )


def test_no_other_bytes_are_an_entry():
    good = encode(entry_of(ROW))
    at = good.index(b"2025-09-01T01:00:00+00:00")
    wrong = [good[:n] for n in range(len(good))]
    wrong += [
        good + b"\0",
        b"\2" + good[1:],
        good.replace(b"2025-09-01T01:00:00+00:00", b"2025-09-01T09:00:00+08:00"),
        good[: at - 1] + b"\x19" + b"2025-13-01T01:00:00+00:00" + good[at + 25 :],
        good.replace(b"cases.", b"\xff\xfe\xfd\xfc\xfb\xfa"),
    ]
    for encoded in wrong:
        with pytest.raises(BadEntryError):
            decode(encoded)


def test_what_does_not_fit_is_refused():
    row = Row(uuid4(), 1, "t" * 70_000, ROW.recorded_at, "a", "220822", b"", 1)
    with pytest.raises(BadEntryError, match="fit"):
        encode(entry_of(row))


@settings(max_examples=50)
@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_read_back_here_and_elsewhere(independent, entries):
    made = bundle(entries)
    assert list(unbundle(made)) == entries == independent.entries(made)


def test_a_cut_bundle_is_refused():
    made = bundle([b"one", b"two"])
    for n in (1, 2, 4, len(made) - 1):
        with pytest.raises(BadEntryError):
            list(unbundle(made[:n]))
