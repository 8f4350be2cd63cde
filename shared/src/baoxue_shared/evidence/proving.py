"""Receipts made from what a database or a service shows to everybody: checkpoint, tiles, one entry."""

from baoxue_shared.evidence.checkpoint import read_checkpoint
from baoxue_shared.evidence.entry import encode_stored
from baoxue_shared.evidence.log import Sealed
from baoxue_shared.evidence.merkle import inclusion_path, proof
from baoxue_shared.evidence.note import Note
from baoxue_shared.evidence.receipt import Receipt
from baoxue_shared.evidence.target import Target
from baoxue_shared.evidence.tree import WIDTH, nodes_in, places_of, width_of


def receipt_for(target: Target, epoch: int, position: int) -> Receipt:
    """Under the newest cosigned checkpoint that covers the event, else the newest sealed one. LookupError."""
    log = next((one for one in target.logs() if one.epoch == epoch), None)
    if log is None or not log.first <= position <= log.last:
        raise LookupError(position)
    leaf = position - log.first
    note = next((n for n in target.notes(epoch) if read_checkpoint(n.text).size > leaf), None)
    if note is None:
        raise LookupError(position)
    return _receipt(target, log, leaf, note)


def _receipt(target: Target, log: Sealed, leaf: int, note: Note) -> Receipt:
    size = read_checkpoint(note.text).size
    path = inclusion_path(leaf, size)
    places = {place: width_of(size, place) for place in places_of(path)}
    tiles = {place: target.tile(log.epoch, place, width) for place, width in places.items()}
    return Receipt(leaf, tuple(proof(nodes_in(tiles), path)), str(note), _entry(target, log, leaf, size))


def _entry(target: Target, log: Sealed, leaf: int, size: int) -> bytes:
    if target.whole:
        (row,) = target.rows(log.first + leaf - 1, 1)
        return encode_stored(row)
    number = leaf // WIDTH
    return target.entries(log, number, min(WIDTH, size - number * WIDTH))[leaf % WIDTH]
