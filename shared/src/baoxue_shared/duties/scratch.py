"""Reckoning from scratch: millions of facts at once, none of which holds a cycle."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """The cyclic collector walks everything again and again while so much is made; it would find nothing."""
    worked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if worked:
            gc.enable()
