"""What was recorded once stays readable: each service's events match its lock, every kept example replays."""

from pathlib import Path

import pytest
from baoxue_shared.history.lock import problems, read_lock, replay_examples
from baoxue_shared.history.shapes import event_classes

SERVICES = Path(__file__).parents[2] / "services"


@pytest.mark.parametrize("service", ["enrollment", "cases", "aid", "oversight", "shared"])
def test_recorded_events_match_the_lock_and_their_kept_examples_replay(service):
    kinds = tuple(event_classes(f"baoxue_{service}"))
    folder = SERVICES.parent / service if service == "shared" else SERVICES / service
    assert problems(read_lock(folder), *kinds) == []
    assert replay_examples(folder) >= len(kinds)
