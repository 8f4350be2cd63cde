"""Recorded events of cases as published contracts."""

from collections.abc import Callable
from typing import Any

from baoxue_shared.contracts import cases as contracts
from baoxue_shared.contracts.base import Contract
from baoxue_shared.messaging.relay import Published
from baoxue_shared.view import Heard

from baoxue_cases.domain.dropout_case import DropoutCase
from baoxue_cases.domain.roll_call import RollCall


def _as(contract: type[Contract], own_id: str = "case_id") -> Callable[[Any, Heard], Contract]:
    """The contract's fields stand in the event by the same names; `own_id` is the aggregate's."""

    def publish(event: Any, heard: Heard) -> Contract:  # noqa: ANN401 - one of the events below
        facts = {name: getattr(event, name) for name in contract.model_fields if name != own_id}
        return contract.model_validate({**facts, own_id: heard.originator_id})

    return publish


PUBLISHED: Published = {
    DropoutCase.Opened: _as(contracts.DropoutCaseOpened),
    DropoutCase.ResponsibleAssigned: _as(contracts.ResponsibleAssigned),
    DropoutCase.ResponsibleReleased: _as(contracts.ResponsibleReleased),
    DropoutCase.CauseVerified: _as(contracts.CauseVerified),
    DropoutCase.ContactAttempted: _as(contracts.ContactAttempted),
    DropoutCase.HomeVisited: _as(contracts.HomeVisited),
    DropoutCase.PersuasionConcluded: _as(contracts.PersuasionConcluded),
    DropoutCase.WrittenReportDelivered: _as(contracts.WrittenReportDelivered),
    DropoutCase.ReturnedToSchool: _as(contracts.ReturnedToSchool),
    DropoutCase.OpenedInError: _as(contracts.DropoutCaseOpenedInError),
    DropoutCase.Closed: _as(contracts.DropoutCaseClosed),
    RollCall.Opened: _as(contracts.RollCallOpened, "roll_call_id"),
    RollCall.PupilsNotCheckedIn: _as(contracts.PupilsNotCheckedIn, "roll_call_id"),
    RollCall.AbsenceCauseVerified: _as(contracts.AbsenceCauseVerified, "roll_call_id"),
    RollCall.Closed: _as(contracts.RollCallClosed, "roll_call_id"),
}
