"""Recorded events of cases as published contracts."""

from baoxue_shared.contracts import cases as contracts
from baoxue_shared.messaging.publishing import Published, as_contract

from baoxue_cases.domain.dropout_case import DropoutCase
from baoxue_cases.domain.roll_call import RollCall

PUBLISHED: Published = {
    DropoutCase.Opened: as_contract(contracts.DropoutCaseOpened, "case_id"),
    DropoutCase.ResponsibleAssigned: as_contract(contracts.ResponsibleAssigned, "case_id"),
    DropoutCase.ResponsibleReleased: as_contract(contracts.ResponsibleReleased, "case_id"),
    DropoutCase.CauseVerified: as_contract(contracts.CauseVerified, "case_id"),
    DropoutCase.ContactAttempted: as_contract(contracts.ContactAttempted, "case_id"),
    DropoutCase.HomeVisited: as_contract(contracts.HomeVisited, "case_id"),
    DropoutCase.PersuasionConcluded: as_contract(contracts.PersuasionConcluded, "case_id"),
    DropoutCase.WrittenReportDelivered: as_contract(contracts.WrittenReportDelivered, "case_id"),
    DropoutCase.ReturnedToSchool: as_contract(contracts.ReturnedToSchool, "case_id"),
    DropoutCase.OpenedInError: as_contract(contracts.DropoutCaseOpenedInError, "case_id"),
    DropoutCase.Closed: as_contract(contracts.DropoutCaseClosed, "case_id"),
    RollCall.Opened: as_contract(contracts.RollCallOpened, "roll_call_id"),
    RollCall.PupilsNotCheckedIn: as_contract(contracts.PupilsNotCheckedIn, "roll_call_id"),
    RollCall.AbsenceCauseVerified: as_contract(contracts.AbsenceCauseVerified, "roll_call_id"),
    RollCall.Closed: as_contract(contracts.RollCallClosed, "roll_call_id"),
}
