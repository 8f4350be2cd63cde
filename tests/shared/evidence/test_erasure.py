"""An erasure makes a child's words unreadable for ever, and leaves every proof that was made before it valid."""

from uuid import UUID

import msgspec
from baoxue_shared.actor import acting_as
from baoxue_shared.evidence.proving import receipt_for
from baoxue_shared.evidence.receipt import read_receipt
from baoxue_shared.evidence.target import open_target
from baoxue_shared.history.commands import command
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.privacy.erasure import record_erasure
from baoxue_shared.privacy.sealer import ERASED


def receipts(scene, *positions):
    target = open_target(str(scene.path))
    made = {position: str(receipt_for(target, 1, position)) for position in positions}
    target.close()
    return made


@command
async def erase(gates, child_id: UUID):
    return await record_erasure(gates, child_id, "220822", "retention-ended")


async def test_proofs_from_before_an_erasure_hold_after_it(scene, scenery, county):
    built = (await scene.log.store.rows(after=370, limit=1))[0]
    event = Mapper().to_event(built)
    before, note = receipts(scene, 371, 372, 599), scene.verified()[0].note
    assert await scene.gates.sealer.open(event.child_id, event.name) == "东门"
    with acting_as(county, clock=scene.gates.clock):
        await erase(scene.gates, event.child_id)
    assert await scene.gates.sealer.open(event.child_id, event.name) == ERASED
    await scene.seal()
    await scene.cosign()
    (report,) = scene.verified()
    assert (report.faults, report.size) == ([], 606)
    assert scene.faults(since=note) == []
    for text in (*before.values(), *receipts(scene, 371, 606).values()):
        receipt = read_receipt(text)
        receipt.check(scenery.policy().trust(receipt.note).checkpoint, receipt.extra)
    assert (await scene.log.store.rows(after=370, limit=1))[0].state == built.state


async def test_the_commitment_to_a_childs_key_is_under_the_tree(scene):
    """AES-GCM does not commit to its key: whoever exchanged the commitment would have to change a sealed leaf."""
    (built,) = await scene.log.store.rows(after=370, limit=1)
    commitment = msgspec.json.decode(built.state)["name"]["commitment"]
    other = built.state.replace(commitment.encode(), b"A" * len(commitment))
    assert other != built.state
    (fault,) = scene.faults(scene.copy(("update toy_events set state = ? where position = 371", (other,))))
    assert (fault.what, fault.position) == ("changed", 371)
