"""Enrollment's commands, one method each."""

from baoxue_enrollment.application.admissions import Admissions
from baoxue_enrollment.application.children import Children
from baoxue_enrollment.application.county_bodies import CountyBodies
from baoxue_enrollment.application.differences import Differences
from baoxue_enrollment.application.duplicates import Duplicates
from baoxue_enrollment.application.elsewhere import Elsewhere
from baoxue_enrollment.application.households import Households
from baoxue_enrollment.application.notices import Notices
from baoxue_enrollment.application.phantom_pupils import PhantomPupils
from baoxue_enrollment.application.placements import Placements
from baoxue_enrollment.application.pupils import Pupils
from baoxue_enrollment.application.reconciliations import Reconciliations
from baoxue_enrollment.application.register_checks import RegisterChecks
from baoxue_enrollment.application.registers import Registers
from baoxue_enrollment.application.returns import Returns
from baoxue_enrollment.application.school_years import SchoolYears
from baoxue_enrollment.application.services_of_notices import ServicesOfNotices
from baoxue_enrollment.application.special_children import SpecialChildren
from baoxue_enrollment.application.years_work import YearsWork

__all__ = ["Enrollment"]


class Enrollment(
    SchoolYears,
    YearsWork,
    CountyBodies,
    Households,
    Registers,
    Children,
    Elsewhere,
    Duplicates,
    Placements,
    Admissions,
    Notices,
    ServicesOfNotices,
    Pupils,
    Returns,
    SpecialChildren,
    RegisterChecks,
    PhantomPupils,
    Reconciliations,
    Differences,
):
    """招生入学: all commands of the service."""
