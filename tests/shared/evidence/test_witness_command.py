"""A stand-alone witness is a real process of another body: it cosigns, remembers after kill -9, and refuses a fork."""

import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
from baoxue_shared.evidence.checkpoint import Checkpoint
from baoxue_shared.evidence.merkle import consistency_path, leaf_hash, nodes_of, proof, root
from baoxue_shared.evidence.note import LOG, Note, Signer
from baoxue_shared.evidence.witness import request_of

ORIGIN = "baoxue/220822/cases/epoch-1"
LOG_SIGNER = Signer(ORIGIN, LOG, bytes(32))
LEAVES = [leaf_hash(f"entry {n}".encode()) for n in range(300)]
PROGRAM = "from baoxue_shared.replay.command import main; main()"


def asked(old, size, leaves=LEAVES):
    tree = Checkpoint(ORIGIN, size, root(leaves[:size]))
    made = proof(nodes_of(leaves[:size]), consistency_path(old, size))
    return request_of(old, made, Note(tree.text, (LOG_SIGNER.sign(tree.text),)))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(folder):
    port = free_port()
    words = ["witness", "--name", "city.example/audit", "--key", folder / "key", "--state", folder / "state.sqlite3"]
    words += ["--log", f"{LOG_SIGNER.key} http://127.0.0.1:9", "--port", port]
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    url, until = f"http://127.0.0.1:{port}/witness", time.monotonic() + 30
    while time.monotonic() < until:
        try:
            httpx.get(f"{url}/keys", trust_env=False)
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    try:
        yield url, process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def post(url, body):
    return httpx.post(f"{url}/add-checkpoint", content=body.encode(), trust_env=False)


def test_a_stand_alone_witness_cosigns_remembers_and_refuses(tmp_path, independent):
    with running(tmp_path) as (url, process):
        key = process.stdout.readline().strip()
        answer = post(url, asked(0, 200))
        assert answer.status_code == 200
        note = asked(0, 200).partition("\n\n")[2] + answer.text
        assert abs(independent.signed_at(note, key) - time.time()) < 60
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    with running(tmp_path) as (url, process):
        assert process.stdout.readline().strip() == key
        assert post(url, asked(0, 250)).text == "200\n"
        assert post(url, asked(200, 250)).status_code == 200
        assert post(url, asked(250, 250, [leaf_hash(b"x"), *LEAVES[1:]])).status_code == 409
        told = "".join(process.stderr.readline() for _ in range(3))
        assert "refused to sign" in told
        assert "fork" in told
