"""A fold that builds no event tells the same as the library's own, and refuses the same."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from baoxue_shared.actor import Actor, acting_as
from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.clock import SystemClock
from baoxue_shared.history.folding import fold_one
from baoxue_shared.history.mapper import Mapper, UnreadableRowError


class Lamp(Audited):
    TOPIC = "folding.Lamp"
    area = "220822"

    class Made(Audited.Event, AggregateCreated):
        TOPIC = "folding.Lamp.Made"
        colour: str

    @event(Made)
    def __init__(self, colour: str) -> None:
        self.colour, self.lit = colour, 0

    class Lit(Audited.Event):
        TOPIC = "folding.Lamp.Lit"
        times: int
        until: datetime | None = None

    @event(Lit)
    def light(self, times: int, until: datetime | None = None) -> None:
        self.lit, self.until = self.lit + times, until

    class Broken(Audited.Event):
        TOPIC = "folding.Lamp.Broken"

        def apply(self, aggregate):
            aggregate.lit = -1


@pytest.fixture
def rows():
    with acting_as(Actor("a", "county-education", "220822", "220822"), clock=SystemClock()):
        lamp = Lamp("red")
        lamp.light(3)
        lamp.light(4, datetime(2025, 9, 1, tzinfo=UTC))
        lamp.trigger_event(Lamp.Broken)
        return [Mapper().to_row(each) for each in lamp.collect_events()]


def folded(rows):
    aggregate = None
    for row in rows:
        aggregate = fold_one(aggregate, row.topic, row.state, row.position)
    return aggregate


def test_every_prefix_of_a_history_is_folded_as_the_library_folds_it(rows):
    for length in range(1, len(rows) + 1):
        assert vars(folded(rows[:length])) == vars(Mapper().fold(rows[:length]))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: state.replace(b'"metadata":', b'"other":'),
        lambda state: state.replace(b'"times":3', b'"times":"3"'),
        lambda state: state.replace(b'"originator_version":2', b'"originator_version":3'),
        lambda state: state[:-1],
    ],
)
def test_a_row_that_is_not_the_next_event_is_refused(rows, spoil):
    state = spoil(rows[1].state)
    assert state != rows[1].state
    with pytest.raises(UnreadableRowError, match="position 7"):
        fold_one(folded(rows[:1]), rows[1].topic, state, 7)


def test_an_event_of_another_aggregate_is_refused(rows):
    lamp = folded(rows[:1])
    foreign = rows[1].state.replace(str(lamp.id).encode(), str(uuid4()).encode())
    with pytest.raises(UnreadableRowError, match="not the next event"):
        fold_one(lamp, rows[1].topic, foreign, 7)
