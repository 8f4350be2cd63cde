"""While sealing lags beyond its limit new commands are refused, and taken again when it has caught up."""

import pytest
from baoxue_shared.actor import acting_as
from baoxue_shared.errors import OverloadedError
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.lag import Lag, UnsealedError
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.evidence.standing import Standing


class Watch:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def lag(watch):
    return Lag(10, UnsealedError, watch)


def test_the_lag_is_the_age_of_the_oldest_that_waits(lag, watch):
    lag.look(0, 0)
    assert lag.seconds() == 0
    for at, ahead, behind, waited in [(1, 5, 0, 0), (4, 9, 0, 3), (6, 9, 5, 2), (7, 20, 8, 3), (8, 20, 20, 0)]:
        watch.now = at
        lag.look(ahead, behind)
        assert lag.seconds() == waited


def test_steady_work_that_is_sealed_steadily_never_lags(lag, watch):
    for second in range(100):
        watch.now = second
        lag.look(second * 10, max(0, second * 10 - 10))
        assert lag.seconds() <= 1
        lag.admit()


def test_beyond_the_limit_commands_are_refused(lag, watch):
    lag.look(1, 0)
    watch.now = 10
    lag.admit()
    watch.now = 10.1
    with pytest.raises(UnsealedError) as refused:
        lag.admit()
    assert refused.value.words == {"seconds": 10, "limit": 10}
    unlimited = Lag(0, UnsealedError, watch)
    unlimited.look(1, 0)
    watch.now = 1e9
    unlimited.admit()


async def test_commands_are_refused_while_unsealed_events_wait_and_taken_again_when_they_are_sealed(
    gates, county, watch, tmp_path
):

    kind = type(gates).build_gate.__wrapped__.__annotations__["command"]
    log = EvidenceLog(gates.store, "baoxue/220822/toy", SigningKeys([bytes(32)]))
    standing = Standing(log, Lag(10, UnsealedError, watch))
    gates.store.admit = standing.admit
    with acting_as(county, clock=gates.clock, request_id="first"):
        first = await gates.build_gate(kind(name="东门"))
    await standing.look()
    watch.now = 11
    assert standing.lags()["sealing"] == 11
    with acting_as(county, clock=gates.clock, request_id="second"), pytest.raises(OverloadedError):
        await gates.build_gate(kind(name="西门"))
    with acting_as(county, clock=gates.clock, request_id="first"):
        assert await gates.build_gate(kind(name="东门")) == first
    assert await gates.store.last_position() == first.position
    sealing = Sealing(log)
    await sealing.load()
    await sealing.seal()
    await standing.look()
    with acting_as(county, clock=gates.clock, request_id="second"):
        assert (await gates.build_gate(kind(name="西门"))).position == first.position + 1
    assert standing.status()["sealed"] == first.position
