"""What changes between two plans, and planning anew with as few broken promises as possible."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bibliobus.api.area import Area
from bibliobus.api.plan import Plan, open_plan
from bibliobus.api.shown import Page, Table, Tabled, speaking
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.plan.names import name_places
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.compare import compare_prepared, render_comparison
from bibliobus.tasks.history import extend_history, keep_versions
from bibliobus.tasks.reopen import OpenPlan
from bibliobus.tasks.replan import ReplanFiles, read_wanted
from bibliobus.tasks.replan import replan as make_anew
from bibliobus.tasks.replan_papers import list_told_notices, render_replanned
from bibliobus.tasks.replanned import ReplanOrder
from bibliobus.view.heading import write_title
from bibliobus.view.notices import count_segments
from bibliobus.view.reports.comparison import write_heads
from bibliobus.words.language import MINUTE_S, Language, format_clock

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.api.shown import PathLike
    from bibliobus.plan.compare.compare import DatedVisit
    from bibliobus.tasks.compare import Compared
    from bibliobus.tasks.history import History
    from bibliobus.tasks.replanned import Replanned as ReplannedValue
    from bibliobus.view.notices import Notice


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Tabled):
    """
    What changes for whom between two plans.

    Parameters
    ----------
    compared
        The values behind it.
    language
        ``uk`` or ``en``.
    """

    compared: Compared
    language: str

    @property
    def same(self) -> bool:
        """Whether nothing changes for anybody."""
        return self.compared.comparison.same

    @property
    def announced(self) -> int:
        """Visits of the old plan in the span that is compared."""
        return self.compared.comparison.announced

    @property
    def changed(self) -> int:
        """Announced visits that are not kept."""
        return self.compared.comparison.broken

    @cached_property
    def places(self) -> Table:
        """A row for each settlement for which something changes, with the gravest difference of its visits."""
        columns = ("settlement_id", "name", "hromada", "residents", "change", "visits_changed", "shift_min", "causes")
        rows = tuple(
            (
                place.settlement_id,
                self._names[place.settlement_id],
                place.hromada,
                place.residents,
                place.kind.value,
                len(place.visits),
                place.shift_s // MINUTE_S,
                ", ".join(place.causes),
            )
            for place in self.compared.comparison.places
        )
        return Table(columns, rows)

    @property
    def table(self) -> Table:
        """The settlements, as `places`."""
        return self.places

    @cached_property
    def visits(self) -> Table:
        """A row for each changed visit: what is different, and its old and new date and times."""
        names, places = self._names, self.compared.comparison.places
        columns = ("settlement_id", "name", "change", "old_date", "old_times", "new_date", "new_times")
        rows = tuple(
            (place.settlement_id, names[place.settlement_id], visit.kind.value, *_tell(visit.old), *_tell(visit.new))
            for place in places
            for visit in place.visits
        )
        return Table(columns, rows)

    def map(self) -> Page:
        """
        Draw both plans beside each other.

        Returns
        -------
        Page
            A map with the tables below it, for the planner.
        """
        spoken = Language(self.language)
        content = render_comparison(self.compared, "html", spoken).decode()
        return Page(content, write_title(self.compared.new[1].dataset, spoken), self.language)

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of both areas; the new one's where they differ."""
        spoken = Language(self.language)
        old, new = (name_places(prepared.dataset, spoken) for _, prepared in (self.compared.old, self.compared.new))
        return {**old, **new}

    def __repr__(self) -> str:
        """What a reader would be told first."""
        return " ".join(write_heads(self.compared.comparison, Language(self.language)))


NOTICE_COLUMNS: Final = (
    *("settlement_id", "change", "text_uk", "text_en"),
    *("short_uk", "segments_uk", "short_en", "segments_en", "first_date", "last_date"),
)
"""Columns of `Replanned.notices`, named as those of notices.csv."""


def _list_notice_cells(notice: Notice) -> tuple[Any, ...]:
    """One row of `Replanned.notices`."""
    short = (cell for message in notice.messages for cell in (message, count_segments(message)))
    return (notice.place.settlement_id, notice.change.value, *notice.texts, *short, notice.first, notice.last)


def _tell(visit: DatedVisit | None) -> tuple[date | None, str | None]:
    """Date and times of a visit."""
    if visit is None:
        return None, None
    return visit.date, f"{format_clock(visit.start_s)}–{format_clock(visit.end_s)}"


@dataclass(frozen=True, repr=False, eq=False)
class Replanned(Plan):
    """
    A plan made anew, with what it changes.

    Parameters
    ----------
    opened
        As in `Plan`.
    language
        As in `Plan`.
    folder
        As in `Plan`.
    anew
        What planning anew gave.
    published
        The plan that people know.
    """

    anew: ReplannedValue | None = None
    published: Plan | None = None

    @property
    def _anew(self) -> ReplannedValue:
        """What planning anew gave; always there."""
        assert self.anew is not None
        return self.anew

    @property
    def nothing_to_do(self) -> bool:
        """Whether every tour can be driven as announced, so that this is the published plan."""
        return self._anew.nothing_to_do

    @property
    def broken_tours(self) -> int:
        """Published tours that could not be driven as announced."""
        return self._anew.broken

    @cached_property
    def comparison(self) -> Comparison:
        """What changes for whom."""
        return Comparison(self._anew.compared, self.language)

    @cached_property
    def notices(self) -> Table:
        """
        A row for each settlement whose times change, the gravest change first: what its residents are told.

        In both languages the text for a notice board (``text_uk``, ``text_en``), and a short one for telephones
        (``short_uk``, ``short_en``) with the number of messages as which networks send and charge it (``segments_uk``,
        ``segments_en``). ``last_date`` is None where it is for good.
        """
        notices = list_told_notices(self._anew.compared)
        return Table(NOTICE_COLUMNS, tuple(_list_notice_cells(notice) for notice in notices))

    @cached_property
    def choices(self) -> Table:
        """Ways to go on, the fewest changes first; the chosen one is this plan."""
        rows = tuple(
            (
                choice.name,
                choice.chosen,
                choice.compared.comparison.broken,
                choice.compared.new[0].figures["length_m"],
                choice.compared.new[0].figures["people_served"],
            )
            for choice in self._anew.choices
        )
        return Table(("choice", "chosen", "changed_visits", "length_m", "people_served"), rows)

    def _render(self) -> dict[str, bytes]:
        """Every file of its folder: also the comparison, the notices, and the plan it comes from."""
        if self.nothing_to_do and self.published is not None:
            return self.published._render()
        files = render_replanned(self._anew)
        return files if self.published is None else files | keep_versions(self.published._find_history(), files)

    def _find_times(self) -> dict[str, int]:
        """When the plans before it were made."""
        if self.published is None:
            return {}
        return self.published._find_times() if self.nothing_to_do else self.published._find_history().times_ns

    def _find_history(self) -> History:
        """This plan and those before it."""
        before = None if self.published is None else self.published._find_history()
        return before if before is not None and self.nothing_to_do else extend_history(self.opened, before)


def replan(
    plan: Plan | PathLike,
    changed: Area | PathLike,
    *,
    first: date | None = None,
    until: date | None = None,
    freeze: date | None = None,
    improve: bool = False,
    seed: int = 1,
    iterations: int | None = None,
    time_limit_s: float | None = None,
    watch: Watch = UNWATCHED,
) -> Replanned:
    """
    Plan anew after a change, so that as few visits as possible are not as announced.

    Parameters
    ----------
    plan
        The plan that people know, or its folder; it stays as it is.
    changed
        The area as it is now, or a file of road changes that takes the place of those of the plan.
    first
        First day of the new plan; None: from the first day of the published one, or when a change begins.
    until
        Last day of the new plan, after which the published one holds again; None for no end.
    freeze
        Date before which visits stay as they are; None if none are frozen.
    improve
        True to make the plan cheaper where a road has become faster, whatever that changes.
    seed
        As in `plan`.
    iterations
        Most steps, 0 or more; None means the default. A repair may end before.
    time_limit_s
        Seconds after which the search ends, if it did not before; None means never.
    watch
        As in `plan`.

    Returns
    -------
    Replanned
        The new plan, verified, with what it changes and notices for residents.

    Raises
    ------
    UsageError
        If the dates are reversed.
    InputError
        If the published plan breaks a rule, or the changes cannot be used.
    InfeasibleError
        If a locked visit is no longer possible.

    Examples
    --------
    >>> import bibliobus as bb
    >>> area = bb.read_sample("kramatorsk", language="en")
    >>> plan = bb.plan(area, iterations=2)
    >>> closed = area.close_road(between=("Kostyantynivka", "Ivanopillya"))
    >>> new = bb.replan(plan, closed, iterations=2)
    >>> len(new.verify()), bb.compare(plan, new).changed == new.comparison.changed
    (0, True)
    >>> bb.compare(plan, new).to_frame().index.name
    'settlement_id'
    >>> new.notices.columns[4:]
    ('short_uk', 'segments_uk', 'short_en', 'segments_en', 'first_date', 'last_date')
    """
    known = plan if isinstance(plan, Plan) else open_plan(plan)
    order, options = ReplanOrder(first, until, freeze, improve), SearchOptions(seed, iterations, time_limit_s)
    with speaking(known.language):
        inputs = known.opened.ready.inputs
        wanted = changed.ready.inputs if isinstance(changed, Area) else read_wanted(inputs, ReplanFiles(Path(changed)))
        made = make_anew(known.opened, wanted, order, options=options, watch=watch)
    if made.nothing_to_do:
        return Replanned(known.opened, known.language, None, made, known)
    return Replanned(OpenPlan(made.plan, made.ready, made.base), known.language, None, made, known)


def compare(old: Plan | PathLike, new: Plan | PathLike) -> Comparison:
    """
    Compare two plans: what changes for whom, and which road change has to do with it.

    Parameters
    ----------
    old
        The plan that people know, or its folder.
    new
        The plan that follows it, or its folder.

    Returns
    -------
    Comparison
        Settlements, visits and figures that are not as they were.

    Raises
    ------
    InputError
        If they are of different areas.

    Examples
    --------
    >>> import bibliobus as bb
    >>> plan = bb.plan(bb.read_sample("kramatorsk", language="en"), iterations=2)
    >>> bb.compare(plan, plan).same
    True
    """
    before, after = (one if isinstance(one, Plan) else open_plan(one) for one in (old, new))
    with speaking(after.language):
        compared = compare_prepared((before.value, before.opened.prepared), (after.value, after.opened.prepared))
    return Comparison(compared, after.language)
