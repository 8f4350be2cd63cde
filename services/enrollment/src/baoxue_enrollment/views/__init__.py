"""Enrollment's read models."""

from baoxue_enrollment.views.capacities import Capacities
from baoxue_enrollment.views.child_states import ChildStates
from baoxue_enrollment.views.children import Children
from baoxue_enrollment.views.households import HouseholdList
from baoxue_enrollment.views.notices import NoticeList
from baoxue_enrollment.views.placements import PlacementList
from baoxue_enrollment.views.presence import Presence
from baoxue_enrollment.views.pupils import PupilList
from baoxue_enrollment.views.reconciliations import ReconciliationList
from baoxue_enrollment.views.record_states import RecordStates
from baoxue_enrollment.views.special_children import SpecialChildren
from baoxue_enrollment.views.years import Years
from baoxue_enrollment.views.years_work import YearsWork

VIEWS = (
    Years,
    YearsWork,
    Capacities,
    HouseholdList,
    Children,
    ChildStates,
    PlacementList,
    NoticeList,
    PupilList,
    RecordStates,
    SpecialChildren,
    Presence,
    ReconciliationList,
)
