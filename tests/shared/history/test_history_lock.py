"""An event of an old version replays; a change without an upcaster is found."""

import json

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.history.lock import EXAMPLES, LOCK, problems, read_lock, replay_examples, shapes_of, update
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.shapes import events_of, example


class Bridge(Audited):
    TOPIC = "toy.Bridge"

    class Built(Audited.Event, AggregateCreated):
        TOPIC = "toy.Bridge.Built"
        class_version = 2
        area: str
        metres: int

        @staticmethod
        def upcast_v1_v2(state):
            state["metres"] = state.pop("feet") * 3048 // 10000

    @event(Built)
    def __init__(self, area: str, metres: int) -> None:
        self.area, self.metres = area, metres


class Ferry(Audited):
    TOPIC = "toy.Ferry"

    class Launched(Audited.Event, AggregateCreated):
        TOPIC = "toy.Ferry.Launched"
        area: str

    @event(Launched)
    def __init__(self, area: str) -> None:
        self.area = area


BUILT, LAUNCHED = next(events_of(Bridge)), next(events_of(Ferry))


def test_an_event_of_an_old_version_replays(tmp_path):
    update(tmp_path, BUILT)
    old = example(BUILT) | {"feet": 100}
    del old["metres"]
    path = tmp_path / EXAMPLES / "toy.Bridge.Built.v1.json"
    path.write_text(json.dumps(old))
    assert replay_examples(tmp_path) == 2
    from baoxue_shared.history.lock import _row

    bridge = Mapper().fold([_row("toy.Bridge.Built", path.read_bytes())])
    assert bridge.metres == 30


def test_a_changed_field_without_a_new_version_is_found():
    locked = shapes_of(LAUNCHED)
    locked["toy.Ferry.Launched"]["fields"]["area"] = "int"
    assert problems(locked, LAUNCHED) == ["toy.Ferry.Launched changed in area: needs class_version 2 and upcast_v1_v2"]


def test_a_vanished_field_and_a_new_one_are_found():
    locked = shapes_of(LAUNCHED)
    locked["toy.Ferry.Launched"]["fields"]["berth"] = "str"
    del locked["toy.Ferry.Launched"]["fields"]["area"]
    assert "changed in area, berth" in problems(locked, LAUNCHED)[0]


def test_a_vanished_event_is_found():
    assert problems(shapes_of(LAUNCHED)) == ["toy.Ferry.Launched vanished: events of it are on record"]


def test_a_new_version_without_its_upcaster_is_found(monkeypatch):
    locked = shapes_of(LAUNCHED)
    monkeypatch.setattr(LAUNCHED, "class_version", 2, raising=False)
    assert problems(locked, LAUNCHED) == ["toy.Ferry.Launched needs upcast_v1_v2"]


def test_a_changed_struct_inside_an_event_is_found():
    assert "Metadata(actor: str" in shapes_of(LAUNCHED)["toy.Ferry.Launched"]["fields"]["metadata"]


def test_an_update_hides_no_change(tmp_path):
    assert update(tmp_path, LAUNCHED) == []
    path = tmp_path / LOCK
    path.write_text(path.read_text().replace('"area": "str"', '"area": "int"'))
    before = path.read_text()
    assert update(tmp_path, LAUNCHED)
    assert path.read_text() == before
    assert read_lock(tmp_path)
