"""A witness looks for itself before it accuses: anybody may send a signed checkpoint with a wrong proof."""

import asyncio
from collections.abc import Mapping

import httpx

from baoxue_shared.evidence.checkpoint import Checkpoint, read_checkpoint
from baoxue_shared.evidence.merkle import BadProofError, check_consistency, consistency_path, proof
from baoxue_shared.evidence.note import BadNoteError, Note, read_note
from baoxue_shared.evidence.tree import Place, Tree, edge_places, nodes_in, path_of, places_of, width_of
from baoxue_shared.evidence.witness import Witness
from baoxue_shared.evidence.witness_state import Cosigned


async def look(witness: Witness, http: httpx.AsyncClient, url: str, origin: str) -> str | None:
    """What the log itself shows now: rewind, rewritten, or None if it extends what was signed. httpx.HTTPError."""
    latest = await asyncio.to_thread(_latest, witness, origin)
    answer = await http.get(f"{url}/checkpoint/sealed")
    try:
        note = read_note(answer.raise_for_status().text)
        shown = read_checkpoint(note.text)
        if latest is None or shown.origin != origin or not witness.signed_by_log(note, shown):
            return None
        kind = await _kind(http, url, latest, shown)
    except (BadNoteError, BadProofError, LookupError):
        return None
    if kind is not None:
        await asyncio.to_thread(_refuse, witness, kind, latest, note)
    return kind


async def _kind(http: httpx.AsyncClient, url: str, latest: Cosigned, shown: Checkpoint) -> str | None:
    if shown.size < latest.size:
        return "rewind"
    path = consistency_path(latest.size, shown.size)
    edge = edge_places(latest.size)
    tiles = await _tiles(http, url, {*places_of(path), *edge}, shown.size)
    hashes = [tiles.get(place, b"")[: 32 * width_of(latest.size, place)] for place in edge]
    past = Tree(latest.size, hashes).root()
    check_consistency(latest.size, shown.size, past, shown.root, proof(nodes_in(tiles), path))
    return None if past == latest.root else "rewritten"


async def _tiles(http: httpx.AsyncClient, url: str, places: set[Place], size: int) -> Mapping[Place, bytes]:
    found = {}
    for level, tile in places:
        width = width_of(size, (level, tile))
        if width:
            partial = "" if width == 256 else f".p/{width}"  # noqa: PLR2004 - a full tile
            answer = await http.get(f"{url}/tile/{level}/{path_of(tile)}{partial}")
            found[level, tile] = answer.raise_for_status().content
    return found


def _latest(witness: Witness, origin: str) -> Cosigned | None:
    with witness.state.turn():
        return witness.state.latest(origin)


def _refuse(witness: Witness, kind: str, latest: Cosigned, given: Note) -> None:
    with witness.state.turn():
        witness.refuse(kind, read_checkpoint(given.text).origin, latest.note, given)
