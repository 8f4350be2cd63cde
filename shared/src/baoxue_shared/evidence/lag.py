"""How long the oldest waits: what is recorded and not sealed yet, or sealed and not cosigned yet."""

import time
from collections import deque
from collections.abc import Callable

from baoxue_shared.errors import OverloadedError


class UnsealedError(OverloadedError):
    """Sealing lags too far behind: nothing new is recorded until it has caught up."""


class UncosignedError(OverloadedError):
    """Cosigning lags too far behind: nothing new is recorded until witnesses have signed."""


class Lag:
    """Two counts, one behind the other; `limit` in seconds, 0 for none."""

    def __init__(
        self, limit: float, refusal: type[OverloadedError], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit, self._refusal, self._clock = limit, refusal, clock
        self._seen: deque[tuple[float, int]] = deque()

    def look(self, ahead: int, behind: int) -> None:
        """What both counts are now."""
        while self._seen and self._seen[0][1] <= behind:
            self._seen.popleft()
        last = self._seen[-1][1] if self._seen else behind
        if ahead > last:
            self._seen.append((self._clock(), ahead))

    def seconds(self) -> float:
        return self._clock() - self._seen[0][0] if self._seen else 0.0

    def admit(self) -> None:
        """UnsealedError or UncosignedError beyond the limit."""
        waited = self.seconds()
        if self.limit and waited > self.limit:
            raise self._refusal(seconds=round(waited), limit=round(self.limit))
