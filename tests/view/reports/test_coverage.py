"""Who is reached: the discs of its map and the words of its card."""

from __future__ import annotations

from plans import PLACES, tiny_made, tiny_plan

from bibliobus.domain.audience import Audience
from bibliobus.output.pages.drawings import DISC_STYLES, KIND_COLOURS
from bibliobus.plan.measure.coverage import Access, ShortestWay
from bibliobus.view.reports.comparison_tables import KINDS
from bibliobus.view.reports.coverage import REACHED_BY, ReachedBy, list_discs

ACCESS = tuple(
    Access(
        one.settlement_id,
        "",
        "",
        one.population,
        one.standing,
        library=None if one.settlement_id == "s8" else ShortestWay(2_000, 150),
        stop=None,
        other_stop=None,
        stays_s=(),
        rhythm_weeks=0,
    )
    for one in tiny_plan().accounts
)


def test_every_settlement_has_a_disc_that_says_what_reaches_it():
    discs = {disc.settlement_id: disc for disc in list_discs(tiny_made().view(), ACCESS)}

    assert list(discs) == list(PLACES)
    assert [discs[key].reached for key in ("s6", "s2", "s7")] == list(ReachedBy)
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in discs["s2"].lines] == [
        "The bus comes",
        "Residents: 1,600",
        "To the nearest library by road: 2.0 km, 3 min",
    ]
    assert discs["s8"].lines[-1] == "No road leads to a library or a stop."


def test_nobody_sees_discs_and_residents_of_what_he_may_not_know():
    discs = list_discs(tiny_made().view(Audience.PUBLIC), ACCESS)

    assert {disc.settlement_id: disc.residents for disc in discs} == dict.fromkeys(("s2", "s3", "s4", "s5"), 0)


def test_everything_on_the_maps_of_reports_has_a_colour():
    assert set(DISC_STYLES) == set(REACHED_BY) == set(ReachedBy)
    assert set(KIND_COLOURS) == {kind.value for kind in KINDS}
