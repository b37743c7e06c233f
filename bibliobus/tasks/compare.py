"""Compare two plans: what changes for whom, and which road change has to do with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import DateSpan
from bibliobus.findings import FindingKind, InputError, Place, Severity
from bibliobus.network.changes.effects import draw_change, find_touched_legs, list_new_changes, resolve_on
from bibliobus.output.tables import render_report
from bibliobus.plan.compare.compare import Difference, OldLeg, compare_plans
from bibliobus.plan.compare.excerpt import find_busiest
from bibliobus.plan.dates import Cause, lacks_bus, service_dates, tell_cause
from bibliobus.plan.names import spell_places
from bibliobus.plan.today import count_second_calls, list_calls
from bibliobus.tasks.reopen import reopen_plan
from bibliobus.view.ground import gather_ground
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.reports.comparison import list_marks, report_comparison
from bibliobus.view.reports.comparison_tables import Background, name_change
from bibliobus.view.view import build_view
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bibliobus.domain.roads import RoadChange
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.network.changes.apply import ResolvedChange
    from bibliobus.network.network import Network
    from bibliobus.network.places import LatLon
    from bibliobus.output.pages.report import Drawing
    from bibliobus.plan.compare.compare import Comparison, DatedVisit
    from bibliobus.plan.plan import Account, Plan
    from bibliobus.view.tables import Report
    from bibliobus.view.view import PlanView
    from bibliobus.words.text import Text

OTHER_AREA: Final = FindingKind(
    "plan-of-other-area",
    Severity.ERROR,
    N_("The plans have nothing in common: one is of “{old}”, the other of “{new}”, and no settlement is in both."),
    N_("Give two plans of the same area."),
)


MOVE_TOURS: Final = N_(
    "To drive these tours on another date, name both in extra_service of [calendar] in the scenario."
)
CANCEL_TOURS: Final = N_("Instead of days_off, replan --cancel looks for replacements.")
NO_STAND_IN: Final = N_("A bus is out of service on this date, and nothing replaces its tour.")
CANCEL_ANEW: Final = N_(
    "Plan anew for these changes from the plan of before the cancelling, and then cancel the tour in the new plan."
)
"""What to do where the changes of roads allow no stand-in that was found without them."""

DATED_WAYS: Final = {
    Cause.HOLIDAY: MOVE_TOURS,
    Cause.NO_SERVICE: MOVE_TOURS,
    Cause.BUS_OFF: CANCEL_TOURS,
}
"""What to do where no tour is driven on a date."""


@dataclass(frozen=True)
class Compared:
    """
    Two plans and what changes between them.

    ``roads``: Lines of each road change that is new, by its id, in the order of the changes; none where no road is hit.
    ``during``: The new plan as it is during the period that concerns most people, with its roads: what a map shows and
        the key figures count; None if its cycle is what changes.
    """

    old: tuple[Plan, PreparedArea]
    new: tuple[Plan, PreparedArea]
    comparison: Comparison
    roads: Mapping[str, tuple[tuple[LatLon, ...], ...]]
    during: tuple[Plan, PreparedArea] | None = None

    @property
    def changes(self) -> tuple[RoadChange, ...]:
        """Road changes that are new."""
        return list_new_changes(self.old[1].dataset.changes, self.new[1].dataset.changes)

    @property
    def taken_back(self) -> tuple[RoadChange, ...]:
        """Road changes that no longer hold; one that is only told in other words still does."""
        known = {change.change_id for change in self.new[1].dataset.changes}
        gone = list_new_changes(self.new[1].dataset.changes, self.old[1].dataset.changes)
        return tuple(change for change in gone if change.change_id not in known)

    @property
    def shown(self) -> tuple[Plan, PreparedArea]:
        """What stands for the new plan on a map."""
        return self.during or self.new

    @property
    def language(self) -> Language:
        """Language of the new plan."""
        return Language(self.new[0].language)

    @property
    def told(self) -> tuple[tuple[Plan, Dataset], ...]:
        """Every plan that is told of; the old one also as the new scenario sees it."""
        (old, before), (new, now) = self.old, self.new
        return (new, now.dataset), (old, now.dataset), (old, before.dataset)


@dataclass(frozen=True)
class ReplanReasons:
    """
    What is known only while a plan is made anew.

    ``accounts``: How settlements stand that lose visits on other dates than those that are shown, by id.
    ``left_out``: Why road changes were not applied, by id.
    """

    accounts: Mapping[str, Account] = field(default_factory=dict)
    left_out: Mapping[str, Text] = field(default_factory=dict)


def compare_folders(old: Path, new: Path) -> Compared:
    """Compare two plan folders."""
    return compare_prepared(reopen_plan(old), reopen_plan(new))


def compare_prepared(
    old: tuple[Plan, PreparedArea],
    new: tuple[Plan, PreparedArea],
    during: tuple[Plan, PreparedArea] | None = None,
    span: DateSpan | None = None,
    shown: DateSpan | None = None,
) -> Compared:
    """
    Compare two plans whose areas are ready, on the dates of a span if one is given.

    ``shown``: Dates of `during`, whose tours the key figures count; None for those on which most calls differ.
    """
    known, now = ({account.settlement_id for account in plan.accounts} for plan, _ in (old, new))
    if not known & now:
        raise InputError(OTHER_AREA.at(Place(), old=old[0].area_id, new=new[0].area_id))
    touched, roads = _find_touched(old, (during or new)[1])
    hromadas = {s.settlement_id: s.hromada for prepared in (old[1], new[1]) for s in prepared.dataset.settlements}
    tolerance_s = new[1].dataset.scenario.promises.tolerance_s
    comparison = compare_plans(
        old[0],
        new[0],
        hromadas=hromadas,
        tolerance_s=tolerance_s,
        touched=touched,
        span=span,
        scenarios=(old[1].dataset.scenario, new[1].dataset.scenario),
        shown=shown or find_busiest(old[0], new[0]),
    )
    before, after = (_count_second_calls(*side, comparison.repeat_weeks) for side in (old, new))
    return Compared(old, new, replace(comparison, second_calls=(before, after)), roads, during)


def _count_second_calls(plan: Plan, prepared: PreparedArea, weeks: int) -> int:
    """Calls in so many weeks at a place where a bus is on the same day already."""
    return count_second_calls(list_calls(plan.tours), prepared) * (weeks // plan.cycle.weeks)


def make_sides(
    compared: Compared, language: Language, audience: Audience = Audience.PLANNER, *, drawn: bool = False
) -> tuple[PlanView, PlanView]:
    """Make the views of the old and the new plan; with ground to draw on, where the roads under both come once."""
    spans = [DateSpan(compared.comparison.first_day, compared.comparison.last_day)] * 2
    if drawn:
        # The cards of a map name the next visits, whenever that is; tables need the dates that are compared.
        spans = [span_year(side[0].cycle.first_day) for side in (compared.old, compared.shown)]
    old, new = (
        _show(side, Reader(audience, language, spans[bool(not also)]), also, drawn=drawn, roads=not also)
        for side, also in ((compared.old, (compared.new[1].dataset,)), (compared.shown, ()))
    )
    return old, new


def _show(
    side: tuple[Plan, PreparedArea], reader: Reader, also: tuple[Dataset, ...], *, drawn: bool, roads: bool
) -> PlanView:
    """One of the plans; what the other inputs keep back must not be published of it either."""
    plan, prepared = side
    ground = gather_ground(plan, prepared.dataset, prepared.network, roads=roads) if drawn else None
    return build_view(plan, prepared.dataset, reader, ground, also=also)


def find_dated_reasons(compared: Compared, language: Language) -> dict[str, tuple[str, str]]:
    """Find why no tour is driven on dates on which visits are lost, and what to do; of settlements that lose no other
    visits, by id."""
    found = {}
    for place in compared.comparison.places:
        lost = [visit.old for visit in place.visits if visit.kind is Difference.LOST and visit.old]
        told = [_judge_date(compared.new, place.settlement_id, visit, language) for visit in lost]
        if told and all(why for why, _ in told):
            whys, ways = (" ".join(dict.fromkeys(filter(None, some))) for some in zip(*told, strict=True))
            found[place.settlement_id] = whys, ways
    return found


def _judge_date(
    new: tuple[Plan, PreparedArea], settlement_id: str, lost: DatedVisit, language: Language
) -> tuple[str, str]:
    """Why no tour to a settlement is driven on the date of a lost visit, and what to do; empty if one is."""
    plan, prepared = new
    if lacks_bus(plan, lost.bus_id, lost.date):
        return language.gettext(NO_STAND_IN), language.gettext(CANCEL_ANEW)
    for service in service_dates(plan, prepared.dataset.scenario, lost.date, lost.date):
        if service.cause in DATED_WAYS and any(call.settlement_id == settlement_id for call in service.tour.calls):
            return f"{tell_cause(service, language)}.", language.gettext(DATED_WAYS[service.cause])
    return "", ""


def make_comparison_report(compared: Compared, language: Language, reasons: ReplanReasons | None = None) -> Report:
    """Report of what changes, as `render_comparison` writes it."""
    background = _gather_background(compared, reasons or ReplanReasons(), language)
    return report_comparison(compared.comparison, *make_sides(compared, language), background)


def render_comparison(compared: Compared, kind: str, language: Language, reasons: ReplanReasons | None = None) -> bytes:
    """Comparison as a file in one of `REPORT_FORMATS`, with the names of both areas; its page has maps."""
    sides = make_sides(compared, language, drawn=kind == "html")
    background = _gather_background(compared, reasons or ReplanReasons(), language)
    report = report_comparison(compared.comparison, *sides, background)
    return render_report(report, kind, language, _draw(compared, report, sides) if kind == "html" else None)


def _gather_background(compared: Compared, reasons: ReplanReasons, language: Language) -> Background:
    """What a planner is told beside the changes."""
    plan, prepared = compared.shown
    told = {one.settlement_id: one for side in (compared.new[0], plan) for one in side.accounts if one.reason}
    return Background(
        changes=compared.changes,
        taken_back=compared.taken_back,
        left_out=reasons.left_out,
        accounts={**told, **reasons.accounts},
        dated=find_dated_reasons(compared, language),
        weights=plan.provenance.weights,
        names={**spell_places(compared.old[1].dataset), **spell_places(prepared.dataset)},
    )


def _find_touched(
    old: tuple[Plan, PreparedArea], prepared: PreparedArea
) -> tuple[dict[str, list[OldLeg]], dict[str, tuple[tuple[LatLon, ...], ...]]]:
    """Legs of the old plan by the road changes that touch them, and the lines of the roads of each."""
    plan, before = old
    changes = list_new_changes(before.dataset.changes, prepared.dataset.changes)
    resolved = _resolve_new(before.network, prepared, changes)
    if not resolved:
        return {}, {}
    profiles = {bus.bus_id: bus.profile_id for bus in before.dataset.scenario.buses}
    legs = [
        ((profiles[tour.bus_id], leg.from_id, leg.to_id), OldLeg(tour.bus_id, tour.day, leg.from_id, leg.to_id))
        for tour in plan.tours
        for leg in tour.legs
        if tour.bus_id in profiles
    ]
    found = find_touched_legs(before.network, before.dataset.scenario.profiles, resolved, (leg for leg, _ in legs))
    lines = {change.change.change_id: draw_change(before.network, change) for change in resolved}
    return {change: [old_leg for leg, old_leg in legs if leg in some] for change, some in found.items()}, lines


def _resolve_new(
    network: Network, prepared: PreparedArea, changes: Sequence[RoadChange]
) -> tuple[ResolvedChange, ...] | None:
    """Road changes with their roads on a network without them; what the new area has found on the same roads stands."""
    if prepared.network.roads is network.roads and changes == tuple(one.change for one in prepared.network.resolved):
        return prepared.network.resolved
    return resolve_on(network, prepared.dataset, changes)[0] if changes else ()


def _draw(compared: Compared, report: Report, sides: tuple[PlanView, PlanView]) -> Drawing:
    """Maps of the page."""
    roads = {name_change(key): lines for key, lines in compared.roads.items()}
    comparison = compared.comparison
    holds = comparison.holds_from, comparison.holds_until
    # Pages take their time to load, and who only wants the answer needs none.
    from bibliobus.output.pages.drawings import draw_comparison

    return draw_comparison(sides, list_marks(comparison), roads, report, holds)
