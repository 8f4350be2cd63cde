"""Recorded events of cases as published contracts."""

from collections.abc import Callable
from typing import Any

from baoxue_shared.contracts import cases as contracts
from baoxue_shared.contracts.base import Contract
from baoxue_shared.messaging.relay import Published
from baoxue_shared.view import Heard

from baoxue_cases.domain.dropout_case import DropoutCase


def _as(contract: type[Contract]) -> Callable[[Any, Heard], Contract]:
    """The contract's fields stand in the event by the same names; the case's id is the aggregate's."""

    def publish(event: Any, heard: Heard) -> Contract:  # noqa: ANN401 - one of the events below
        facts = {name: getattr(event, name) for name in contract.model_fields if name != "case_id"}
        return contract.model_validate({**facts, "case_id": heard.originator_id})

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
    DropoutCase.Closed: _as(contracts.DropoutCaseClosed),
}
