"""Coverage in a notebook: who is reached, and by which norm that is enough."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bibliobus.api.shown import Page, Table, Tabled, speaking
from bibliobus.domain.audience import Audience
from bibliobus.findings import InputError
from bibliobus.plan.names import name_places
from bibliobus.tasks.reopen import judge_plan
from bibliobus.tasks.report import find_norms, measure_covered, render_coverage
from bibliobus.view.heading import write_title
from bibliobus.words.language import MINUTE_S, Language

if TYPE_CHECKING:
    from bibliobus.tasks.reopen import OpenPlan
    from bibliobus.tasks.report import Covered

GROUP_COLUMNS = (
    "group",
    "level",
    "raion",
    "hromada",
    "population",
    "by_library",
    "by_bus",
    "by_neither",
    "bus_min",
    "minutes_per_100",
    "distance_m",
    "duration_s",
)


@dataclass(frozen=True, repr=False, eq=False)
class Coverage(Tabled):
    """
    Who is reached by a library or by the bus; everybody counts once.

    Parameters
    ----------
    covered
        The values behind it.
    language
        ``uk`` or ``en``.
    """

    covered: Covered
    language: str

    @cached_property
    def groups(self) -> Table:
        """The whole area, then its raions, then its hromadas: residents by what reaches them."""
        rows = tuple(
            (
                one.hromada or one.raion or one.level.value,
                one.level.value,
                one.raion,
                one.hromada,
                one.population,
                one.by_library,
                one.by_bus,
                one.by_neither,
                round(one.bus_s / MINUTE_S, 1),
                one.minutes_per_100,
                one.distance_m,
                one.duration_s,
            )
            for one in self.covered.coverage.groups
        )
        return Table(GROUP_COLUMNS, rows)

    @property
    def table(self) -> Table:
        """The groups, as `groups`."""
        return self.groups

    @cached_property
    def worst(self) -> Table:
        """Settlements farthest from every library and stop, those that reach none first."""
        names = name_places(self.covered.prepared.dataset, Language(self.language))
        rows = tuple(
            (
                one.settlement_id,
                names[one.settlement_id],
                one.hromada,
                one.population,
                one.library.length_m if one.library else None,
                one.stop.length_m if one.stop else None,
            )
            for one in self.covered.coverage.worst
        )
        return Table(("settlement_id", "name", "hromada", "population", "library_m", "stop_m"), rows)

    @cached_property
    def norms(self) -> Table:
        """A row for each rule of each norm: what it says, whether it is met, and the share for which it holds."""
        choose = Language(self.language).choose
        rows = tuple(
            (
                result.rule.rule_id,
                choose(uk=norm.title_uk, en=norm.title_en),
                choose(uk=result.rule.text_uk, en=result.rule.text_en),
                result.verdict.value,
                result.share,
                result.good,
                result.counted,
                result.rule.source,
            )
            for norm, results in self.covered.norms
            for result in results
        )
        return Table(("rule", "norm", "text", "verdict", "share", "good", "counted", "source"), rows)

    @property
    def gini(self) -> float:
        """How unevenly visits are spread over residents without a library near: 0 if all get as many."""
        return self.covered.coverage.gini

    def map(self, audience: str = "planner") -> Page:
        """
        Draw who is reached.

        Parameters
        ----------
        audience
            ``planner`` or ``council``.

        Returns
        -------
        Page
            A map with the tables below it.

        Raises
        ------
        InputError
            If a stop must not be shown to these readers.
        """
        spoken = Language(self.language)
        with speaking(self.language):
            content = render_coverage(self.covered, "html", spoken, Audience(audience)).decode()
        return Page(content, write_title(self.covered.prepared.dataset, spoken), self.language)

    def __repr__(self) -> str:
        """Residents by what reaches them."""
        everybody = self.covered.coverage.groups[0]
        return (
            f"<Coverage: {everybody.population} residents, {everybody.by_library} with a library near, "
            f"{everybody.by_bus} with the bus, {everybody.by_neither} with neither>"
        )


def measure_coverage(opened: OpenPlan, language: str, norms: tuple[str, ...]) -> Coverage:
    """Measure who is reached by a plan that keeps all rules, and hold norms against it."""
    with speaking(language):
        wanted = find_norms(norms)
        report = judge_plan(opened.plan, opened.prepared)
        if report.errors:
            raise InputError(*report.errors)
        return Coverage(measure_covered(opened.plan, opened.prepared, wanted), language)
