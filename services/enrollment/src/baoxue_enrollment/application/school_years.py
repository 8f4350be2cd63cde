"""Commands of the year's frame: year, study, publicity, surveys of townships, summary, plan, semesters, zones."""

from collections import Counter
from uuid import UUID

import msgspec
from baoxue_shared.actor import current_acting
from baoxue_shared.area import county_of
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.known import check_place, known
from baoxue_enrollment.application.plan_needs import needs_of
from baoxue_enrollment.application.selections import due_in_year, survey_state
from baoxue_enrollment.application.zoning import distribution
from baoxue_enrollment.commands import (
    CloseTownshipSurvey,
    DrawZone,
    OpenSchoolYear,
    OpenSemester,
    OpenSurvey,
    RecordPublicity,
)
from baoxue_enrollment.domain.enrollment_plan import Allocation, EnrollmentPlan
from baoxue_enrollment.domain.identity import book_of, one_per, plan_of, year_of
from baoxue_enrollment.domain.notice_book import NoticeBook
from baoxue_enrollment.domain.school_year import SchoolYear
from baoxue_enrollment.domain.school_zone import SchoolZone, ZoneOutsideCountyError
from baoxue_enrollment.domain.township_survey import SurveyAlreadyOpenedError, TownshipSurvey
from baoxue_enrollment.domain.year_terms import AidNeed, DepartmentTask, Semester, YearAlreadyOpenedError
from baoxue_enrollment.year_commands import AdoptPlan, HoldStudy, SubmitSummary


class SchoolYears(Application):
    """学年."""

    @command
    async def open_school_year(self, command: OpenSchoolYear) -> Recorded:
        county = county_of(current_acting.get().actor.jurisdiction)
        year_id = year_of(county, command.year)
        if await known(self, year_id):
            raise YearAlreadyOpenedError(year=command.year)
        book = NoticeBook(id=book_of(county, command.year), area=county, year=command.year)
        return await self.save(SchoolYear(id=year_id, area=county, year=command.year), book)

    @command
    async def hold_study(self, year_id: UUID, command: HoldStudy) -> Recorded:
        async with self.changing(SchoolYear, year_id) as year:
            tasks = tuple(DepartmentTask(task.department, task.task) for task in command.tasks)
            departments = command.departments or len({task.department for task in tasks})
            year.hold_study(command.held_on, departments, tasks)
            return await self.save(year)

    @command
    async def record_publicity(self, year_id: UUID, command: RecordPublicity) -> Recorded:
        check_place(command.area)
        async with self.changing(SchoolYear, year_id) as year:
            year.record_publicity(command.area, command.channel, command.recorded_on)
            return await self.save(year)

    @command
    async def submit_summary(self, year_id: UUID, command: SubmitSummary) -> Recorded:
        """The answer tells the record's own count, by township, beside the number that is reported."""
        async with self.changing(SchoolYear, year_id) as year:
            due = await due_in_year(self.store, year.year, year.area, self.clock.now())
            found = distribution(due)
            needs = tuple(AidNeed(need.township, need.need, need.children) for need in command.aid_needs)
            year.submit_summary(command.children, command.submitted_on, found, needs)
            told = {"reckoned": len(due), "distribution": [msgspec.to_builtins(one) for one in found]}
            return await self.save(year, answer=told)

    @command
    async def adopt_plan(self, year_id: UUID, command: AdoptPlan) -> Recorded:
        """As much as is needed, what lacks is supplied: what lacks all the same is in the record and the answer."""
        async with self.changing(SchoolYear, year_id) as year:
            year.adopt_plan(command.adopted_on)
            given = tuple(Allocation(one.school_id, one.what, one.count) for one in command.allocations)
            needs = await needs_of(self.store, year.year, year.area, self.clock.now(), given)
            lacks = Counter[str]()
            for need in needs:
                lacks[need.what] += need.lacks
            plan = EnrollmentPlan(
                plan_of(year.area, year.year),
                year.area,
                year_id,
                year.year,
                given,
                tuple(needs),
                lacks.total(),
                command.adopted_on,
            )
            return await self.save(year, plan, answer={"lacks": {what: n for what, n in lacks.items() if n}})

    @command
    async def open_semester(self, year_id: UUID, command: OpenSemester) -> Recorded:
        report_on = command.report_on or command.opens_on
        semester = Semester(command.semester, command.opens_on, report_on, command.midpoint_on, command.ends_on)
        async with self.changing(SchoolYear, year_id) as year:
            year.open_semester(semester)
            return await self.save(year)

    @command
    async def open_survey(self, command: OpenSurvey) -> Recorded:
        survey_id = one_per("township-survey", command.township, command.year)
        if await known(self, survey_id):
            raise SurveyAlreadyOpenedError(area=command.township, year=command.year)
        return await self.save(TownshipSurvey(survey_id, command.township, command.year, command.opened_on))

    @command
    async def close_township_survey(self, command: CloseTownshipSurvey) -> Recorded:
        """The answer says how many households nobody reached; closing is not refused for them: they stay visible."""
        households, left_over = await survey_state(self.store, command.year, command.township)
        async with self.changing(TownshipSurvey, one_per("township-survey", command.township, command.year)) as survey:
            survey.close(command.closed_on, households, left_over)
            return await self.save(survey, answer={"households": households, "left_over": left_over})

    @command
    async def draw_zone(self, command: DrawZone) -> Recorded:
        """Drawing the same zone again changes nothing; another one redraws it."""
        if any(county_of(v) != county_of(command.township) for v in command.villages):
            raise ZoneOutsideCountyError(problem=f"{command.name}: {county_of(command.township)}")
        facts = (command.name, command.stage, command.kind, command.villages, command.code)
        if not await known(self, command.school_id):
            return await self.save(SchoolZone(command.school_id, command.township, *facts))
        async with self.changing(SchoolZone, command.school_id) as zone:
            zone.redraw(*facts)
            return await self.save(zone)
