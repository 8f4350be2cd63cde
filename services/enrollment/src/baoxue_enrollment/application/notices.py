"""Commands that issue notices, each with the next number of the county's book."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.area import county_of
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import AggregateNotFoundError, Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.bulk import Named, Tally, in_bulk
from baoxue_enrollment.application.known import beside, check_place
from baoxue_enrollment.application.selections import Due, placed_without_notice
from baoxue_enrollment.domain.enrollment_notice import EnrollmentNotice
from baoxue_enrollment.domain.identity import book_of, one_per
from baoxue_enrollment.domain.notice_book import NoticeBook
from baoxue_enrollment.domain.notice_terms import TEXT_VERSION, NotPlacedError
from baoxue_enrollment.domain.placement import Placement
from baoxue_enrollment.notice_commands import IssueNotice, IssueNotices, ReissueNotice, RevokeNotice

PER_UNIT = 100  # notices whose numbers are taken in one durable write


def _book_id(year: int) -> UUID:
    return book_of(county_of(current_acting.get().actor.jurisdiction), year)


def notice_id_of(due: Due) -> UUID:
    return one_per("notice", due.child_id, due.entry, due.year)


class Notices(Application):
    """入学通知书: numbers."""

    @command
    async def issue_notice(self, command: IssueNotice) -> Recorded:
        """NotPlacedError; NoticeAlreadyIssuedError."""
        try:
            placed = await self.load(Placement, one_per("placement", command.child_id, command.entry, command.year))
        except AggregateNotFoundError as error:
            raise NotPlacedError(child_id=command.child_id, available=("place_child",)) from error
        due = Due(placed.child_id, placed.area, placed.entry, placed.year, placed.school_id, 0, placed=True)
        return await self._issue([due], command.report_on)

    @command
    async def issue_notices(self, command: IssueNotices) -> Recorded:
        """To each exactly one: the book of numbers decides, not the list."""
        check_place(command.area)
        due = await placed_without_notice(self.store, command.year, command.area, self.clock.now())
        chunks = [due[start : start + PER_UNIT] for start in range(0, len(due), PER_UNIT)]
        acts: list[Named] = [(str(notice_id_of(c[0])), partial(self._issue_some, c, command.report_on)) for c in chunks]
        return await in_bulk(self, "issue_notices", acts)

    async def _issue_some(self, due: Sequence[Due], report_on: date) -> Tally:
        async with self.changing(NoticeBook, _book_id(due[0].year)) as book:
            new = [d for d in due if notice_id_of(d) not in book.numbers]
            tally = Tally(len(new))
            if new:
                book.take(tuple(map(notice_id_of, new)))
                await self.save(book, *(_notice(d, book, report_on) for d in new), answer=tally.answer())
        return tally

    async def _issue(self, due: list[Due], report_on: date) -> Recorded:
        async with self.changing(NoticeBook, _book_id(due[0].year)) as book:
            book.take(tuple(map(notice_id_of, due)))
            notices = [_notice(d, book, report_on) for d in due]
            return await self.save(*notices, book, answer={"number": notices[0].number})

    @command
    async def revoke_notice(self, notice_id: UUID, command: RevokeNotice) -> Recorded:
        """The number is void for good. RevokedNoticeError."""
        async with self.changing(EnrollmentNotice, notice_id) as notice:
            notice.revoke(command.ground, command.revoked_on)
            with beside():
                async with self.changing(NoticeBook, book_of(county_of(notice.area), notice.year)) as book:
                    book.void_number(notice_id)
                    return await self.save(notice, book)

    @command
    async def reissue_notice(self, notice_id: UUID, command: ReissueNotice) -> Recorded:
        """A spoiled, lost, changed or revoked notice gets the next number; the former one is void for good."""
        async with self.changing(EnrollmentNotice, notice_id) as notice:
            placed = await self.load(Placement, one_per("placement", notice.child_id, notice.entry, notice.year))
            with beside():
                async with self.changing(NoticeBook, book_of(county_of(notice.area), notice.year)) as book:
                    book.replace(notice_id)
                    number = book.written(notice_id)
                    facts = (number, command.report_on, command.reissued_on, TEXT_VERSION)
                    notice.reissue(command.ground, placed.school_id, *facts)
                    return await self.save(notice, book, answer={"number": number})


def _notice(due: Due, book: NoticeBook, report_on: date) -> EnrollmentNotice:
    if due.school_id is None:
        raise NotPlacedError(child_id=due.child_id)
    notice_id = notice_id_of(due)
    return EnrollmentNotice(
        id=notice_id,
        area=due.area,
        child_id=due.child_id,
        school_id=due.school_id,
        entry=due.entry,
        year=due.year,
        number=book.written(notice_id),
        report_on=report_on,
        text_version=TEXT_VERSION,
    )
