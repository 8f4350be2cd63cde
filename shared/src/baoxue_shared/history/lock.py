"""The history lock: what was recorded once stays readable.

`python -m baoxue_shared.history.lock update cases` (in the repository's root) adds new events and new versions to
`services/cases/history.lock.json` and keeps one example of each in `services/cases/history_examples/`.
"""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from baoxue_shared.audited import Audited
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.shapes import event_classes, example, shape, topic_of, version_of
from baoxue_shared.history.unit import Row

LOCK = "history.lock.json"
EXAMPLES = "history_examples"
Locked = dict[str, dict[str, Any]]  # TOPIC: {"class_version", "fields"}


def shapes_of(*kinds: type[Audited.Event]) -> Locked:
    return {topic_of(kind): {"class_version": version_of(kind), "fields": shape(kind)} for kind in kinds}


def problems(locked: Locked, *kinds: type[Audited.Event]) -> list[str]:
    """What would make recorded events unreadable, or is not locked yet; empty if nothing."""
    by_topic = {topic_of(kind): kind for kind in kinds}
    current = shapes_of(*kinds)
    lost = [f"{topic} vanished: events of it are on record" for topic in locked.keys() - current.keys()]
    new = [f"{topic} is not locked: update the lock" for topic in current.keys() - locked.keys()]
    both = locked.keys() & current.keys()
    return sorted(lost + new + [told for topic in both if (told := _changed(locked[topic], by_topic[topic]))])


def _changed(before: dict[str, Any], kind: type[Audited.Event]) -> str | None:
    was, now = int(before["class_version"]), version_of(kind)
    if now < was:
        return f"{topic_of(kind)} went back from version {was} to {now}"
    if now > was:
        steps = (f"upcast_v{n}_v{n + 1}" for n in range(was, now))
        missing = [step for step in steps if not hasattr(kind, step)]
        return (
            f"{topic_of(kind)} needs {', '.join(missing)}" if missing else f"{topic_of(kind)} v{now}: update the lock"
        )
    fields = shape(kind)
    names = sorted(n for n in before["fields"].keys() | fields.keys() if before["fields"].get(n) != fields.get(n))
    if not names:
        return None
    return f"{topic_of(kind)} changed in {', '.join(names)}: needs class_version {was + 1} and upcast_v{was}_v{was + 1}"


def read_lock(folder: Path) -> Locked:
    path = folder / LOCK
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def replay_examples(folder: Path) -> int:
    """Decode each kept example, whatever its version; how many. UnreadableRowError, UnknownTopicError."""
    paths = sorted((folder / EXAMPLES).glob("*.json"))
    for path in paths:
        Mapper().to_event(_row(path.name.rpartition(".v")[0], path.read_bytes()))
    return len(paths)


def _row(topic: str, state: bytes) -> Row:
    fields = json.loads(state)
    return Row(
        originator_id=UUID(fields["originator_id"]),
        originator_version=fields["originator_version"],
        topic=topic,
        recorded_at=fields["timestamp"],
        actor=fields["metadata"]["actor"],
        jurisdiction=fields["metadata"]["jurisdiction"],
        state=json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def update(folder: Path, *kinds: type[Audited.Event]) -> list[str]:
    """Lock what is new, keep its example; the problems that an update may not hide."""
    stuck = [told for told in problems(read_lock(folder), *kinds) if "update the lock" not in told]
    if stuck:
        return stuck
    (folder / EXAMPLES).mkdir(exist_ok=True)
    for kind in kinds:
        version = version_of(kind)
        path = folder / EXAMPLES / f"{topic_of(kind)}.v{version}.json"
        if not path.exists():
            state = ({"class_version": version} if version > 1 else {}) | example(kind)
            path.write_text(json.dumps(state, ensure_ascii=False, indent=1) + "\n", "utf-8")
    text = json.dumps(shapes_of(*kinds), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / LOCK).write_text(text + "\n", "utf-8")
    return []


def main() -> None:
    if len(sys.argv) != 3 or sys.argv[1] != "update":  # noqa: PLR2004 - the program, `update`, a service
        raise SystemExit(__doc__)
    service = sys.argv[2]
    folder = Path(service) if service == "shared" else Path("services") / service
    stuck = update(folder, *event_classes(f"baoxue_{service}"))
    sys.stderr.writelines(f"{told}\n" for told in stuck)
    raise SystemExit(1 if stuck else 0)


if __name__ == "__main__":
    main()
