"""One process: whether it listens and answers, and its end."""

import signal
import socket
import subprocess
from collections.abc import Iterable
from contextlib import suppress

import httpx


def listens(number: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", number)) == 0


def answers(address: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(address, trust_env=False).is_success
    return False


def end(processes: Iterable[subprocess.Popen[bytes]], by: signal.Signals = signal.SIGTERM) -> None:
    ending = list(processes)
    for process in ending:
        process.send_signal(by)
    for process in ending:
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
