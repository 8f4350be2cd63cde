"""Time is passed in: nothing in Baoxue reads the machine's clock by itself."""

import mmap
import struct
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = struct.Struct("<q")  # microseconds since 1970, one aligned word: written at once


class Clock(Protocol):
    """Tells the instant; every process of one installation is given the same kind."""

    @property
    def simulated(self) -> bool: ...

    def now(self) -> datetime:
        """Aware, UTC."""
        ...


def today(clock: Clock) -> date:
    """The county's calendar day, Asia/Shanghai."""
    return clock.now().astimezone(SHANGHAI).date()


def shanghai(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of a Shanghai day, as aware UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


class SystemClock:
    """The real clock."""

    simulated = False

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """Stands still until a test or a tool moves it."""

    simulated = True

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self.instant

    def advance(self, **delta: float) -> None:
        """Keyword arguments as of `timedelta`."""
        self.instant += timedelta(**delta)


class SharedClock:
    """The embedded mode's simulated clock: one file that every process maps and one process sets."""

    simulated = True

    def __init__(self, path: Path) -> None:
        if not path.exists() or path.stat().st_size < _INSTANT.size:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_INSTANT.pack(0))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _INSTANT.size)

    def now(self) -> datetime:
        return _EPOCH + timedelta(microseconds=_INSTANT.unpack(self._map[: _INSTANT.size])[0])

    def set(self, instant: datetime) -> None:
        """Only the embedded mode's conductor moves it, and never backwards."""
        if instant < self.now():
            message = f"the simulated clock cannot go back from {self.now()} to {instant}"
            raise ValueError(message)
        self._map[: _INSTANT.size] = _INSTANT.pack((instant - _EPOCH) // timedelta(microseconds=1))
        self._map.flush()


def clock_from(setting: str) -> Clock:
    """`system` or `shared:<path>`."""
    if setting == "system":
        return SystemClock()
    kind, _, path = setting.partition(":")
    if kind == "shared" and path:
        return SharedClock(Path(path))
    message = f"clock must be 'system' or 'shared:<path>', not {setting!r}"
    raise ValueError(message)
