"""Title, warnings and key figures at the head of a paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.domain.roads import RoadTable
from bibliobus.plan.measure.figures import FIGURES, Unit, find_empty_shares, format_figure
from bibliobus.plan.names import name_area
from bibliobus.words.language import MINUTE_S, N_, alphabet_key, round_up
from bibliobus.words.text import Duration, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.domain.fleet import Rates
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

TITLE: Final = N_("{area}: timetable of the mobile library")
PERIOD: Final = N_("First cycle: {first} to {last}")
ESTIMATED: Final = N_("Distances and driving times are an estimate: they were not measured on real roads.")
MEASURED: Final = N_("Distances and driving times follow the roads given; driving times are computed, not measured.")
NO_MONEY: Final = N_("The cost is not known: the scenario gives no prices (table [money]).")
PRICES: Final = N_("The prices are the planner's own numbers.")
PRICES_ASSUMED: Final = N_(
    "The prices and the fuel consumption are made up for an example: the figures for fuel and money are not real."
)
DIGEST: Final = N_("Digest of {file}")

STATUSES: Final = {
    "optimal": N_("proved to be the best plan under these rules"),
    "feasible": N_("a plan that keeps all rules; a better one may exist"),
    "driven": N_("the timetable in use today; it may break rules"),
}
"""What is known about a solution, by its code."""

BEST_BUT_FOR_TIMES: Final = N_(
    "proved to be the best plan under these rules, but for the same clock time in every repeat, which costs {time} of "
    "paid work more in a cycle"
)
AT_MOST_BETTER: Final = N_(
    "a plan that keeps all rules; by proof, no plan is better by more than {share} of what can be decided at all "
    "(those whom no plan can serve are left out of it)"
)

ENDINGS: Final = {
    "proof": N_("the proof that no better plan exists"),
    "budget": N_("the budget of the search"),
    "limit": N_("the time limit"),
    "interrupt": N_("an interruption by the user"),
    "none": N_("there was no search"),
}
"""What ended a search, by its code."""

WEIGHTS: Final = {
    "need": N_("Weight: one resident, weighted by distance, at one visit"),
    "hour": N_("Weight: one paid hour on the road"),
    "km": N_("Weight: one kilometre"),
    "bus_day": N_("Weight: one bus day"),
    "overtime_hour": N_("Weight: one hour of overtime, on top of the paid hour"),
    "balance": N_("Weight: unequal working days"),
    "no_library": N_("Weight: times a resident counts who is far from every library"),
    "small_village": N_("Weight: times a resident of a small village counts"),
    "unserved_year": N_("Weight: share that each year without service adds"),
    "request": N_("Weight: share that a resident who signed a request counts more"),
    "same_time": N_("Weight: the same clock time at every visit of a stop"),
}
"""Labels of the weights by name."""

_HUNDREDTHS: Final = 100


def write_title(dataset: Dataset, language: Language) -> str:
    """Write the title of a report."""
    return Text(TITLE, {"area": name_area(dataset, language)}).render(language)


def write_period(plan: Plan, language: Language) -> str:
    """Write when the first cycle begins and ends."""
    last = plan.cycle.date_of(plan.cycle.weeks * WEEK_DAYS - 1)
    dates = {"first": language.date(plan.cycle.first_day), "last": language.date(last)}
    return Text(PERIOD, dates).render(language)


def tell_estimate(estimated: bool, language: Language) -> tuple[str, ...]:
    """Tell that distances and driving times are an estimate, if they are: once in a paper, never on every page of it.

    Whoever plans, decides or drives needs to know: workbook, sheets, maps, reports, files for other programs. A
    resident does not: a clock time on a poster is a promise, however it was found. So posters, calendars, GTFS and the
    open timetable do not say it; the public map and the index of a publication do, in the small print at the foot."""
    return (language.gettext(ESTIMATED),) if estimated else ()


def tell_prices(rates: Rates) -> str:
    """Tell what the money of a paper rests on."""
    if rates.assumed and (rates.known or rates.fuel_l_per_100km):
        return PRICES_ASSUMED
    return PRICES if rates.known else NO_MONEY


def list_sources(plan: Plan, dataset: Dataset, language: Language) -> tuple[tuple[str, str | float], ...]:
    """List where the facts of a plan come from."""
    rows = (*_list_data(plan, dataset, language), *_list_making(plan, language))
    facts = [(language.gettext(label), value) for label, value in rows if value != ""]
    digests = sorted(plan.provenance.digests.items())
    return (*facts, *((Text(DIGEST, {"file": file}).render(language), digest) for file, digest in digests))


def _list_data(plan: Plan, dataset: Dataset, language: Language) -> Iterator[tuple[str, str | float]]:
    """Who must be named, how old the data are, and what is estimated."""
    scenario = dataset.scenario
    yield N_("Please note"), language.choose(uk=scenario.notice_uk, en=scenario.notice_en)
    yield N_("Data"), scenario.attribution
    yield N_("Date of the data"), scenario.data_date
    # That they are an estimate stands above, where nobody can miss it.
    yield N_("Distances and times"), "" if plan.estimated else language.gettext(MEASURED)
    if unknown := sum(settlement.population is None for settlement in dataset.settlements):
        yield (
            N_("Residents"),
            language.ngettext(
                "{count} settlement has no known number of residents; a number set by the scenario was assumed.",
                "{count} settlements have no known number of residents; a number set by the scenario was assumed.",
                unknown,
            ),
        )
    for source in sorted({library.source for library in dataset.libraries}, key=alphabet_key):
        yield N_("Source of the libraries"), source
    if isinstance(dataset.roads, RoadTable):
        for source in sorted({row.source for row in dataset.roads.rows}, key=alphabet_key):
            yield N_("Source of the roads"), source


def _list_making(plan: Plan, language: Language) -> Iterator[tuple[str, str | float]]:
    """What made the plan, so that it can be made again."""
    made = plan.provenance
    yield N_("Made with"), f"bibliobus {made.version}"
    yield N_("Solver"), made.solver
    yield N_("Seed of the search"), made.seed
    yield N_("Steps of the search"), made.iterations
    yield N_("What is known about the plan"), tell_quality(plan, language)
    yield N_("What ended the search"), language.gettext(ENDINGS.get(made.ended_by, made.ended_by))
    yield N_("Cost in minutes of paid time, including those left out"), made.cost / _HUNDREDTHS
    if made.bound is not None:
        yield N_("Proved lower bound of the cost"), made.bound / _HUNDREDTHS
    for name, weight in sorted(made.weights.items()):
        yield WEIGHTS.get(name, name), weight


def tell_quality(plan: Plan, language: Language) -> str:
    """What is known about a plan: how much better another could be, in the part of its cost that can be decided."""
    made = plan.provenance
    if made.status != "feasible" or made.bound is None:
        return language.gettext(STATUSES.get(made.status, made.status))
    gap, decidable = made.cost - made.bound, made.cost - _price_impossible(plan)
    if made.ended_by == "proof":
        return Text(
            BEST_BUT_FOR_TIMES, {"time": Duration(round_up(math.ceil(gap * MINUTE_S / _HUNDREDTHS), MINUTE_S))}
        ).render(language)
    share = math.ceil(100 * gap / decidable) / 100 if decidable > 0 else 1.0
    return Text(AT_MOST_BETTER, {"share": language.percent(min(1.0, share))}).render(language)


def _price_impossible(plan: Plan) -> int:
    """What all who fit no day are worth, in hundredths of a minute: no plan can spare that."""
    need = sum(
        account.need * (plan.cycle.weeks // account.rhythm_weeks)
        for account in plan.accounts
        if account.reason is not None and account.reason.impossible
    )
    return round(need * plan.provenance.weights.get("need", 0) * _HUNDREDTHS)


NOTHING: Final = "–"
"""In place of a share of nothing."""
UNITS: Final = {
    Unit.COUNT: "",
    Unit.METRES: N_("metres"),
    Unit.SECONDS: N_("seconds"),
    Unit.SHARE: N_("share from 0 to 1"),
}
"""Units of the exact values."""


@dataclass(frozen=True)
class KeyFigure:
    """One key figure of `bibliobus.plan.measure.figures.FIGURES`: label, text with its unit, exact value, its unit."""

    name: str
    label: str
    text: str
    value: float | None
    unit: str


def list_figures(plan: Plan, language: Language) -> tuple[KeyFigure, ...]:
    """List the key figures in their order; a share of nothing is a dash and has no value."""
    empty = find_empty_shares(plan.tours, plan.accounts)
    found = []
    for name, figure in FIGURES.items():
        value = None if name in empty else plan.figures[name]
        text = NOTHING if value is None else format_figure(name, value, language)
        unit = language.gettext(UNITS[figure.unit])
        found.append(KeyFigure(name, language.gettext(figure.label), text, value, unit))
    return tuple(found)
