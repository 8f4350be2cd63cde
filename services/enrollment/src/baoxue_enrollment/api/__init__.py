"""HTTP to commands and queries of enrollment."""

from baoxue_shared.evidence.routes import add_evidence
from baoxue_shared.replay.routes import add_history
from baoxue_shared.service import World
from baoxue_shared.web import Routes
from baoxue_shared.web.operations import add_operations
from fastapi import FastAPI

from baoxue_enrollment.api.checks import Checks
from baoxue_enrollment.api.children import commands_on_children
from baoxue_enrollment.api.files import Files
from baoxue_enrollment.api.gap_sheet import GapSheet
from baoxue_enrollment.api.papers import Papers
from baoxue_enrollment.api.queries import Queries
from baoxue_enrollment.api.reconciling import Reconciling
from baoxue_enrollment.api.special import SpecialQueries, commands_on_special_children
from baoxue_enrollment.api.verification import Verification
from baoxue_enrollment.api.year import YearQueries, commands_of_the_year
from baoxue_enrollment.application import Enrollment

__all__ = ["create_api"]


def create_api(enrollment: Enrollment, world: World) -> FastAPI:
    """All routes; the README lists them with their bodies."""
    routes = Routes("enrollment", world)
    routes.command("POST", "/school-years", enrollment.open_school_year, status=201)
    routes.command("POST", "/school-years/{year_id}/study", enrollment.hold_study)
    routes.command("POST", "/school-years/{year_id}/publicity", enrollment.record_publicity)
    routes.command("POST", "/school-years/{year_id}/summary", enrollment.submit_summary)
    routes.command("POST", "/school-years/{year_id}/plan", enrollment.adopt_plan)
    routes.command("POST", "/school-years/{year_id}/semesters", enrollment.open_semester)
    routes.command("POST", "/surveys", enrollment.open_survey, status=201)
    routes.command("POST", "/surveys/closings", enrollment.close_township_survey)
    routes.command("POST", "/household-surveys", enrollment.survey_households)
    routes.command("POST", "/household-confirmations", enrollment.confirm_households)
    routes.command("POST", "/zones", enrollment.draw_zone, status=201)
    routes.command("POST", "/placements", enrollment.place_child, status=201)
    routes.command("POST", "/placements/proposals", enrollment.place_children)
    routes.command("POST", "/notices", enrollment.issue_notice, status=201)
    routes.command("POST", "/notices/issuing", enrollment.issue_notices)
    routes.command("POST", "/notices/services", enrollment.serve_notices)
    routes.command("POST", "/notices/{notice_id}/service", enrollment.serve_notice)
    routes.command("POST", "/notices/{notice_id}/refusal", enrollment.record_notice_refusal)
    routes.command("POST", "/notices/{notice_id}/undeliverable", enrollment.record_undeliverable)
    routes.command("POST", "/notices/{notice_id}/revocation", enrollment.revoke_notice)
    routes.command("POST", "/notices/{notice_id}/reissue", enrollment.reissue_notice)
    routes.command("POST", "/notices/deemed-services", enrollment.deem_notices_served)
    routes.command("POST", "/pupils/expectations", enrollment.expect_pupils)
    routes.command("POST", "/check-ins", enrollment.check_in_pupils)
    routes.command("POST", "/check-ins/missed", enrollment.find_missed_check_ins)
    routes.command("POST", "/children/{child_id}/erasure", enrollment.erase_child)
    for path, act in (
        *commands_on_children(enrollment),
        *commands_of_the_year(enrollment),
        *commands_on_special_children(enrollment),
    ):
        routes.command("POST", path, act)
    files = Files(enrollment, world)
    for path, endpoint in files.commands():
        routes.command("POST", path, endpoint)
    for room in (Reconciling(enrollment, world), Checks(enrollment, world)):
        for path, endpoint in room.commands():
            routes.command("POST", path, endpoint)
        for path, endpoint in room.queries():
            routes.query(path, endpoint)
    routes.query("/registers/progress", files.read_progress)
    routes.question("/registers/previews", files.preview_register)
    for path, endpoint in (
        *Queries(world).endpoints(),
        *YearQueries(world).endpoints(),
        *SpecialQueries(world).endpoints(),
        *Papers(world).endpoints(),
    ):
        routes.query(path, endpoint)
    routes.query("/gaps/sheet", GapSheet(world).print_gaps)
    routes.public("/verification/{notice_id}/{serial}", Verification(world).verify_notice)
    add_history(routes, enrollment)
    add_operations(routes, enrollment)
    add_evidence(routes)
    return routes.api
