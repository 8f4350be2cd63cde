"""Random bytes from the system, fetched by the page: one system call serves many events."""

import base64
import os
import threading
from uuid import UUID

PAGE = 8192


class _Page(threading.local):
    """Each thread has its own; a forked child begins anew."""

    def __init__(self) -> None:
        self.left, self.at, self.process = b"", 0, 0


_page = _Page()


def random_bytes(count: int) -> bytes:
    """`count` bytes, none of them given out before."""
    page, process = _page, os.getpid()
    if page.at + count > len(page.left) or page.process != process:
        page.left, page.at, page.process = os.urandom(max(PAGE, count)), 0, process
    page.at += count
    return page.left[page.at - count : page.at]


def random_id() -> UUID:
    """A version 4 UUID."""
    return UUID(bytes=random_bytes(16), version=4)


def random_text() -> str:
    """128 bits, URL-safe."""
    return base64.urlsafe_b64encode(random_bytes(16))[:22].decode()
