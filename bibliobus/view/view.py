"""PlanView: a plan as one reader sees it, redacted and refused while it is built."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience, may_see
from bibliobus.findings import FindingKind, Place, Severity, UsageError
from bibliobus.plan.cautions import HOLDS, tell_cautions, tell_long_after
from bibliobus.plan.explain.reasons import describe_reason, describe_ways_out
from bibliobus.plan.names import name_area, name_hromada, spell_places, tell_apart
from bibliobus.plan.plan import Standing
from bibliobus.view.days import list_changed_days, list_days, list_services
from bibliobus.view.heading import list_figures, list_sources, tell_estimate, tell_quality, write_period, write_title
from bibliobus.view.periods import tell_periods
from bibliobus.view.reader import Seen
from bibliobus.view.stops import ShownPlace, list_buildings, list_places, list_stops
from bibliobus.words.language import N_, alphabet_key
from bibliobus.words.text import Length, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from bibliobus.domain.calendar import Cycle, DateSpan
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Account, Plan
    from bibliobus.view.days import BusDay, ServiceDay
    from bibliobus.view.ground import MapGround, RoadLine
    from bibliobus.view.heading import KeyFigure
    from bibliobus.view.reader import Reader, ShownBus
    from bibliobus.view.stops import Building, Stop
    from bibliobus.words.language import Language

LIBRARY_HERE: Final = N_("A library stands here: {library}.")
LIBRARY_NEAR: Final = N_("A library is near: {library}, {distance} by road.")

IMPOSSIBLE: Final = "impossible"
SACRIFICED: Final = "sacrificed"
NOT_NEEDED: Final = "not_needed"
STANDINGS: Final = {
    IMPOSSIBLE: N_("Not served: not possible under the rules"),
    SACRIFICED: N_("Not served: no time left"),
    NOT_NEEDED: N_("No bus needed: a library is near"),
}
"""How a settlement without a bus stands, in the order of the tables."""


@dataclass(frozen=True)
class Outside(ShownPlace):
    """
    A settlement without a bus.

    `standing` is a name of `STANDINGS`; `why` is one sentence, `reason` the same where a reason of the plan keeps the
    bus away and empty where a library does; `ways` say what would change it; the library is the nearest by road,
    without name and `library_m` None if none can be reached.
    """

    standing: str
    why: str
    reason: str
    ways: tuple[str, ...]
    library: str
    library_m: int | None


def list_outside(seen: Seen, places: Mapping[str, ShownPlace]) -> tuple[Outside, ...]:
    """List the settlements without a bus that the reader may know of: the impossible first, each kind by name."""
    if not seen.may("unserved"):
        return ()
    names = spell_places(seen.dataset)
    language = seen.reader.language
    libraries = {library.library_id: library.name for library in seen.dataset.libraries}
    rows = [
        Outside(
            **vars(places[key]),
            standing=_find_standing(account),
            why=_explain(account, libraries).render(language),
            reason=describe_reason(account.reason).render(language) if account.reason else "",
            ways=tuple(way.render(language) for way in describe_ways_out(account.reason, names))
            if account.reason
            else (),
            library=libraries.get(account.library_id, account.library_id),
            library_m=account.library_m,
        )
        for key, account in seen.accounts.items()
        if account.standing is not Standing.SERVED
    ]
    order = list(STANDINGS)
    return tuple(sorted(rows, key=lambda row: (order.index(row.standing), alphabet_key(row.name), row.settlement_id)))


def _find_standing(account: Account) -> str:
    """Name of `STANDINGS`."""
    if account.standing is Standing.NOT_NEEDED:
        return NOT_NEEDED
    return IMPOSSIBLE if account.reason and account.reason.impossible else SACRIFICED


def _explain(account: Account, libraries: Mapping[str, str]) -> Text:
    """Why there is no bus."""
    if account.reason is not None:
        return describe_reason(account.reason)
    library = libraries.get(account.library_id, account.library_id)
    if not account.library_m:
        return Text(LIBRARY_HERE, {"library": library})
    return Text(LIBRARY_NEAR, {"library": library, "distance": Length(account.library_m)})


NOT_FOR_AUDIENCE: Final = FindingKind(
    "paper-not-for-audience",
    Severity.ERROR,
    N_("The format “{value}” shows what these readers may not see: {audience}."),
    N_("It can be made for: {known}."),
)

ROADS_BY: Final = "© OpenStreetMap contributors (ODbL)"
"""Who must be named where imported roads are drawn or followed."""


@dataclass(frozen=True)
class Origin:
    """
    What made a plan, so that it can be made again: seed of the search and digests of the inputs by file; and what is
    known about it, by a code of `bibliobus.view.heading.STATUSES` and in words.
    """

    status: str
    seed: int
    digests: Mapping[str, str]
    quality: str


@dataclass(frozen=True)
class Contacts:
    """What readers can turn to, empty if there is none, and the zone in which the clock times are."""

    phone: str
    website: str
    time_zone: str


@dataclass(frozen=True)
class PlanView:
    """
    A plan as one reader may know it.

    Parameters
    ----------
    reader
        For whom, in which language, and for which dates.
    area
        Name of the area.
    title
        Title of its papers.
    period
        First and last day of the first cycle, in words.
    cycle
        Weeks until the tours repeat, and their first day.
    estimated
        True if distances or times are estimates, which every paper with any has to say.
    notice
        Warning of the planner that every paper carries; may be empty.
    attribution
        Who must be named for the data; may be empty.
    data_date
        Date of the data; may be empty.
    contacts
        Telephone, page and time zone.
    version
        Version that made the plan.
    origin
        What else made it; None if the reader may not know.
    buses
        Buses in the order of the inputs.
    stops
        Stops by name in the alphabet.
    outside
        Settlements without a bus, the impossible first; none if the reader may not know of them.
    buildings
        Libraries, then depots, as far as the reader may know of them.
    days
        Tours of the cycle in the order of the plan.
    changed_days
        Tours that are driven for a time in their place or beside them, on dates that were asked for.
    services
        All of them date by date, as far as they are driven.
    changes
        In sentences, when other tours are driven than those of the cycle; empty if that is never.
    roads
        Roads to draw.
    real_roads
        True if they are those of OpenStreetMap; others lead straight from place to place.
    figures
        Key figures; none for readers who know of stops alone.
    sources
        Where the facts of the plan come from: label, and text or number; none for readers who may not know its origin.
    cautions
        What a reader of numbers must not miss.
    uncounted
        Settlements whose number of residents is assumed; 0 for readers who may not know any.
    """

    reader: Reader
    area: str
    title: str
    period: str
    cycle: Cycle
    estimated: bool
    notice: str
    attribution: str
    data_date: str
    contacts: Contacts
    version: str
    origin: Origin | None
    buses: tuple[ShownBus, ...]
    stops: tuple[Stop, ...]
    outside: tuple[Outside, ...]
    buildings: tuple[Building, ...]
    days: tuple[BusDay, ...]
    changed_days: tuple[BusDay, ...]
    services: tuple[ServiceDay, ...]
    changes: str
    roads: tuple[RoadLine, ...] = field(repr=False)
    real_roads: bool
    figures: tuple[KeyFigure, ...]
    sources: tuple[tuple[str, str | float], ...]
    cautions: tuple[str, ...]
    uncounted: int

    @property
    def audience(self) -> Audience:
        """For whom it is."""
        return self.reader.audience

    @property
    def public(self) -> bool:
        """Whether everybody may read it: it holds times and places of stops and nothing else."""
        return self.reader.audience is Audience.PUBLIC

    @property
    def language(self) -> Language:
        """Language of the reader."""
        return self.reader.language

    @property
    def span(self) -> DateSpan:
        """Dates that were asked for."""
        return self.reader.span

    @property
    def places(self) -> tuple[ShownPlace, ...]:
        """
        All settlements that the reader knows of, in the order of the inputs.

        One that the bus serves for a time only has no bus for readers who know of such places.
        """
        found: dict[str, ShownPlace] = {place.settlement_id: place for place in (*self.stops, *self.outside)}
        return tuple(sorted(found.values(), key=lambda place: place.order))

    @property
    def names(self) -> dict[str, str]:
        """Names of the settlements that the reader knows of, no two alike."""
        return {place.settlement_id: place.full_name for place in self.places}

    @property
    def libraries(self) -> tuple[Building, ...]:
        """Libraries in the order of the inputs."""
        return tuple(one for one in self.buildings if not one.is_depot)

    @property
    def depots(self) -> tuple[Building, ...]:
        """Depots in the order of the inputs."""
        return tuple(one for one in self.buildings if one.is_depot)

    @property
    def notices(self) -> tuple[str, ...]:
        """What every paper has to say before anything else."""
        return self.tell_notices(None)

    @property
    def estimate(self) -> tuple[str, ...]:
        """That distances and times are an estimate; empty if they are not. It stands once in a paper."""
        return tell_estimate(self.estimated, self.language)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The notices, and that distances and times are an estimate."""
        return (*self.notices, *self.estimate)

    @property
    def long_after(self) -> tuple[str, ...]:
        """That the dates begin long after the plan; empty if they do not, and for everybody, who needs none of it."""
        return self.tell_long_after(self.span.first)

    @property
    def kept_back(self) -> str:
        """That the stops hold some that must not be published; empty if they do not."""
        return self.tell_kept_back(None)

    def find_figure(self, name: str) -> float:
        """
        Exact value of a key figure; 0 for a share of nothing.

        Parameters
        ----------
        name
            Its name in `bibliobus.plan.measure.figures.FIGURES`.

        Returns
        -------
        float
            In the unit its name ends with.
        """
        return next(one.value for one in self.figures if one.name == name) or 0.0

    def require(self, report: str, *things: str) -> None:
        """
        Refuse a report that tells of things which the reader may not know.

        Parameters
        ----------
        report
            Name of the report.
        *things
            Names in the table of audiences.

        Raises
        ------
        UsageError
            If the reader may not know one of them.
        """
        known = [one.value for one in Audience if all(may_see(one, thing) for thing in things)]
        if self.audience not in known:
            values = {"value": report, "audience": self.audience.value, "known": ", ".join(known)}
            raise UsageError(NOT_FOR_AUDIENCE.at(Place(), **values))

    def name_hromada(self, hromada: str) -> str:
        """
        Name a hromada where no heading says what it is.

        Parameters
        ----------
        hromada
            Its name as the inputs spell it; may be empty.

        Returns
        -------
        str
            Such as ``Лиманська громада`` or ``Lymanska hromada``; what is no Ukrainian adjective stays as it is.
        """
        return name_hromada(hromada, self.language)

    def tell_notices(self, shown: Collection[str] | None) -> tuple[str, ...]:
        """
        Tell what a paper has to say that shows these stops only.

        Parameters
        ----------
        shown
            Ids of their settlements; None means all stops.

        Returns
        -------
        tuple of str
            Sentences: which stops must not be published, then the notice of the area.
        """
        return tuple(text for text in (self.tell_kept_back(shown), self.notice) if text)

    def tell_kept_back(self, shown: Collection[str] | None) -> str:
        """
        Tell which of these stops must not be published.

        Parameters
        ----------
        shown
            Ids of their settlements; None means all stops.

        Returns
        -------
        str
            A sentence; empty if all may be.
        """
        held = (stop for stop in self._list_kept_back() if shown is None or stop.settlement_id in shown)
        return _tell_held([stop.full_name for stop in held], self.language)

    def tell_notices_beside(self, *others: PlanView) -> tuple[str, ...]:
        """
        Say what a paper has to say that tells of other plans too; names are those of this one where they differ.

        Parameters
        ----------
        *others
            The other plans as the same reader sees them.

        Returns
        -------
        tuple of str
            Which stops must not be published, and the warning of the planner, as far as there are any.
        """
        held = {stop.settlement_id: stop.full_name for view in (self, *others) for stop in view._list_kept_back()}
        names = self.names
        told = _tell_held([names.get(key, name) for key, name in held.items()], self.language)
        return tuple(text for text in (told, self.notice) if text)

    def _list_kept_back(self) -> list[Stop]:
        """Stops that must not be published, in the order of the inputs."""
        return sorted((stop for stop in self.stops if stop.kept_back), key=lambda stop: stop.order)

    def tell_long_after(self, first: date) -> tuple[str, ...]:
        """
        Tell that dates begin long after the plan, if they do.

        Parameters
        ----------
        first
            First date of the paper.

        Returns
        -------
        tuple of str
            One sentence, or none; none for the public.
        """
        return () if self.public else tell_long_after(self.cycle, self.language, first)

    def at_stop(self, settlement_id: str) -> PlanView:
        """
        Keep what the paper of one stop may show: it may hang where that stop is, whoever it was made for.

        All other stops that must not be published are left out, as if nobody lived there; so is what would tell of
        them: ways out of others, buildings, tours, numbers, and roads that lead straight from place to place.

        Parameters
        ----------
        settlement_id
            Settlement of that stop.

        Returns
        -------
        PlanView
            The view itself if nothing has to be left out.
        """
        hidden = {stop.settlement_id for stop in self.stops if stop.kept_back} - {settlement_id}
        if not hidden:
            return self
        stops = tuple(stop for stop in self.stops if stop.settlement_id not in hidden)
        known = {place.settlement_id: (place.name, place.hromada) for place in (*stops, *self.outside)}
        names = tell_apart(known, self.language)
        return replace(
            self,
            stops=tuple(replace(stop, full_name=names[stop.settlement_id]) for stop in stops),
            outside=tuple(replace(one, full_name=names[one.settlement_id], ways=()) for one in self.outside),
            buildings=(),
            days=(),
            changed_days=(),
            services=(),
            roads=self.roads if self.real_roads else (),
            figures=(),
            sources=(),
            cautions=(),
            uncounted=0,
        )


def _tell_held(names: Sequence[str], language: Language) -> str:
    """That a paper holds stops which must not be published; empty if there are none."""
    return Text(HOLDS, {"names": ", ".join(names)}).render(language) if names else ""


def build_view(
    plan: Plan,
    dataset: Dataset,
    reader: Reader,
    ground: MapGround | None = None,
    *,
    alone: str = "",
    also: tuple[Dataset, ...] = (),
) -> PlanView:
    """
    Build the view of a plan that its reader may have.

    Parameters
    ----------
    plan
        A verified plan; every settlement of the dataset has an account.
    dataset
        Checked inputs it was made from.
    reader
        For whom, in which language, and for which dates.
    ground
        Where places lie and drives run; None for papers that draw nothing.
    alone
        Settlement of the stop whose paper alone is wanted; empty for all.
    also
        Other inputs that say what must not be published, such as those of the plan it is compared with.

    Returns
    -------
    PlanView
        The only thing its papers need, and all that they can tell.

    Raises
    ------
    InputError
        If the plan has stops that must not be published and the reader may not see them; it names all of them.
    """
    seen = Seen(plan, dataset, reader, ground, also)
    seen.refuse(alone=alone)
    view = _show(seen)
    return view.at_stop(alone) if alone else view


def _show(seen: Seen) -> PlanView:
    """All that the reader may know."""
    plan, dataset, language = seen.plan, seen.dataset, seen.reader.language
    scenario, origin = dataset.scenario, seen.may("origin")
    buildings = list_buildings(seen)
    places = list_places(seen, buildings)
    days, changed_days = list_days(seen), list_changed_days(seen)
    numbers = all(map(seen.may, ("residents", "unserved", "drives", "libraries", "depots")))
    return PlanView(
        reader=seen.reader,
        area=name_area(dataset, language),
        title=write_title(dataset, language),
        period=write_period(plan, language),
        cycle=plan.cycle,
        estimated=plan.estimated,
        notice=language.choose(uk=scenario.notice_uk, en=scenario.notice_en),
        attribution=_attribute(seen),
        data_date=scenario.data_date,
        contacts=Contacts(scenario.publishing.phone, scenario.publishing.website, scenario.publishing.time_zone),
        version=plan.provenance.version,
        origin=_tell_origin(plan, language) if origin else None,
        buses=tuple(seen.buses.values()),
        stops=list_stops(seen, places),
        outside=list_outside(seen, places),
        buildings=buildings,
        days=days,
        changed_days=changed_days,
        services=list_services(seen, days, changed_days),
        changes=tell_periods(plan, seen.reader.span, language),
        roads=seen.roads,
        real_roads=seen.real_roads,
        figures=list_figures(plan, language) if numbers else (),
        sources=list_sources(plan, dataset, language) if origin and numbers else (),
        cautions=tell_cautions(plan, dataset, language) if numbers else (),
        uncounted=sum(one.population is None for one in dataset.settlements) if numbers else 0,
    )


def _tell_origin(plan: Plan, language: Language) -> Origin:
    """What made a plan, and what is known about it."""
    made = plan.provenance
    return Origin(made.status, made.seed, dict(made.digests), tell_quality(plan, language))


def _attribute(seen: Seen) -> str:
    """Who must be named for the data."""
    named = seen.dataset.scenario.attribution
    if not seen.real_roads or "OpenStreetMap" in named:
        return named
    return f"{named}; {ROADS_BY}" if named else ROADS_BY
