"""Paths of the commands on one child, and on pairs that may be one."""

from collections.abc import Awaitable, Callable
from typing import Any

from baoxue_enrollment.application import Enrollment

Endpoint = tuple[str, Callable[..., Awaitable[Any]]]


def commands_on_children(enrollment: Enrollment) -> list[Endpoint]:
    """What is recorded of a child stands below its id."""
    of_a_child: list[Endpoint] = [
        ("corrections", enrollment.correct_identity),
        ("identity-problems", enrollment.find_identity_problem),
        ("guardians", enrollment.change_guardian),
        ("groups", enrollment.set_group),
        ("groups/clearings", enrollment.clear_group),
        ("moves-in", enrollment.record_move_in),
        ("moves-away", enrollment.record_move_away),
        ("deferrals", enrollment.approve_deferral),
        ("death", enrollment.record_death),
        ("place-restoration", enrollment.restore_place),
        ("elsewhere", enrollment.record_lives_elsewhere),
        ("elsewhere/proofs", enrollment.prove_lives_elsewhere),
        ("elsewhere/ends", enrollment.end_lives_elsewhere),
        ("inquiries", enrollment.send_inquiry),
        ("inquiries/answers", enrollment.take_inquiry_answer),
    ]
    of_a_pupil: list[Endpoint] = [
        ("expulsion", enrollment.expel_pupil),
        ("withdrawal", enrollment.withdraw_pupil),
        ("retention", enrollment.retain_pupil),
        ("suspension", enrollment.suspend_pupil),
        ("restoration", enrollment.restore_pupil),
        ("other-leaving", enrollment.record_other_leaving),
        ("dropout-mark", enrollment.mark_dropout),
        ("away", enrollment.record_away),
        ("grade-skip", enrollment.skip_grade),
        ("transfer", enrollment.request_transfer),
        ("transfer/end", enrollment.end_transfer),
    ]
    return [
        *((f"/pupils/{{child_id}}/{path}", act) for path, act in of_a_pupil),
        *((f"/children/{{child_id}}/{path}", act) for path, act in of_a_child),
        ("/duplicates/searches", enrollment.search_duplicates),
        ("/duplicates/{pair_id}/merger", enrollment.merge_duplicate),
        ("/duplicates/{pair_id}/separation", enrollment.separate_duplicate),
    ]
