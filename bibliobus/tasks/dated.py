"""Areas on a date, with the roads of that date, and plans verified on each of their dates."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import FindingReport
from bibliobus.model.area import prepare_area
from bibliobus.network.changes.resolve import select_changes
from bibliobus.plan.dates import tours_of
from bibliobus.plan.pieces import ONE_DAY, Piece, cut_calendar, list_stretches
from bibliobus.plan.plan import PeriodCause
from bibliobus.plan.verify.dated import check_dated, check_periods
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.stand_ins import check_date
from bibliobus.plan.verify.verify import verify_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.domain.roads import RoadChange
    from bibliobus.findings import Finding
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.pieces import Stretch
    from bibliobus.plan.plan import Plan, Tour


def end_changes(dataset: Dataset, plan: Plan) -> Dataset:
    """Let road changes end that a plan was made for only for a time."""

    def end(change: RoadChange) -> RoadChange:
        last = plan.ends.get(change.change_id)
        later = last is not None and (change.valid_to is None or change.valid_to > last)
        return replace(change, valid_to=last) if later else change

    return replace(dataset, changes=tuple(end(change) for change in dataset.changes))


def list_changes_on(plan: Plan, dataset: Dataset, day: date) -> tuple[RoadChange, ...]:
    """List the road changes that a plan reckons with on a date; one that knows no dates does so on all of them."""
    if plan.roads_on is None:
        cycle = dataset.scenario.cycle
        last = cycle.date_of(cycle.weeks * WEEK_DAYS - 1)
        return select_changes(dataset.changes, cycle.first_day, last)[0]
    return tuple(change for change in dataset.changes if change.overlaps(day, day))


def prepare_on(prepared: PreparedArea, dataset: Dataset, day: date, watch: Watch = UNWATCHED) -> PreparedArea:
    """Make a dataset ready with the roads of a date; roads and searches are taken from what is ready."""
    return prepare_area(replace(dataset, roads_on=day), prepared, watch)


def decide_on(dataset: Dataset, meanwhile: DateSpan | None, day: date) -> Dataset:
    """The dataset with what the planner decided for a date, in the cycle of the scenario that always holds."""
    if dataset.meanwhile is None or meanwhile is None or day not in meanwhile:
        return dataset
    return replace(dataset, scenario=replace(dataset.meanwhile, cycle=dataset.scenario.cycle))


def cut_dates(
    dataset: Dataset, meanwhile: DateSpan | None, first: date, last: date | None
) -> Iterator[tuple[date, date | None, tuple[RoadChange, ...]]]:
    """Dates cut where road changes, or what was decided for a time, begin and end."""
    spans = [] if meanwhile is None else [meanwhile.first, meanwhile.last + ONE_DAY]
    for piece in cut_calendar(dataset.changes, first, last):
        inside = [day for day in spans if piece.first < day and (piece.last is None or day <= piece.last)]
        starts = [piece.first, *sorted(inside)]
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            yield start, piece.last if following is None else following - ONE_DAY, piece.changes


NOTHING_MADE: Final[Mapping[date, PreparedArea]] = MappingProxyType({})


def verify_whole(
    plan: Plan, prepared: PreparedArea, watch: Watch = UNWATCHED, made: Mapping[date, PreparedArea] = NOTHING_MADE
) -> FindingReport:
    """Verify a plan: its cycle, and then its dates where it has periods; `made` as in `verify_dates`."""
    report = verify_plan(gather_evidence(plan, prepared, watch))
    if report.errors:
        return report
    return FindingReport.of([*report.findings, *verify_periods(plan, prepared, watch, made)])


def verify_periods(
    plan: Plan, prepared: PreparedArea, watch: Watch = UNWATCHED, made: Mapping[date, PreparedArea] = NOTHING_MADE
) -> list[Finding]:
    """Verify the periods of a plan and the tours in them, but not its cycle; nothing is wrong where there are none."""
    if not plan.periods:
        return []
    return list(check_periods(plan)) or list(verify_dates(plan, prepared, watch, made))


def verify_dates(
    plan: Plan, prepared: PreparedArea, watch: Watch = UNWATCHED, made: Mapping[date, PreparedArea] = NOTHING_MADE
) -> Iterator[Finding]:
    """
    Verify the tours of a plan in its periods, each with the roads of its dates, from the day on which it holds.

    ``made``: Areas by the date from which their roads hold: on the same roads drives are not searched for again.
    """
    first = max(plan.cycle.first_day, plan.holds_from or plan.cycle.first_day)
    last = max(period.last for period in plan.periods)
    for start, end, _ in cut_dates(prepared.dataset, plan.meanwhile, first, last):
        like = made.get(start, prepared)
        area = prepare_on(like, decide_on(prepared.dataset, plan.meanwhile, start), start, watch)
        for stretch in list_stretches(plan, start, end):
            yield from check_stretch(plan, stretch, area, watch)


def check_stretch(plan: Plan, stretch: Stretch, prepared: PreparedArea, watch: Watch = UNWATCHED) -> Iterator[Finding]:
    """Find every broken rule on dates of a plan; buses may stand in for others where one does not drive."""
    if stretch.cause is not PeriodCause.BUS or stretch.last is None:
        yield from check_piece(plan, stretch.tours, Piece(stretch.first, stretch.last, ()), prepared, watch)
        return
    evidence = gather_evidence(plan, prepared, watch)
    for at in range((stretch.last - stretch.first).days + 1):
        day = stretch.first + at * ONE_DAY
        yield from check_date(evidence, day, tours_of(plan, day))


def check_piece(
    plan: Plan, tours: tuple[Tour, ...], piece: Piece, prepared: PreparedArea, watch: Watch = UNWATCHED
) -> list[Finding]:
    """Find every broken rule of the tours that are driven on the dates of a piece."""
    days = piece.list_days(plan.cycle)
    # The dates in the file are those of the period, not those of the first cycle.
    driven = tuple(replace(tour, date=None) for tour in tours if tour.day in days)
    return list(check_dated(gather_evidence(replace(plan, tours=driven, periods=()), prepared, watch)))
