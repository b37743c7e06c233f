"""Tests of `bibliobus.output.pages.map`."""

from __future__ import annotations

import gettext
import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from plans import tiny_dataset, tiny_geometry, tiny_made, tiny_plan

from bibliobus.domain.audience import Audience
from bibliobus.output.pages.layers import draw_overview
from bibliobus.output.pages.map import number_ids, render_map_page
from bibliobus.output.pages.shown import MapOptions
from bibliobus.view.reader import span_year
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.places import MapGeometry
    from bibliobus.plan.plan import Plan

ENGLISH = Language("en")
HOSTILE = (
    "<img src=x onerror=\"window.PWN='img'\">",
    "</script><script>window.PWN='script'</script>",
    "${window.PWN='template'}`;window.PWN='tick';`",
    "{{ 7 * 7 }}{% for x in y %}",
    "\u202eправо\u200fналіво'\"\\",
)


@pytest.fixture
def untranslated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ukrainian without a catalogue: names, weekdays and dates are what counts here."""
    monkeypatch.setattr("bibliobus.words.language._catalogue", lambda _: gettext.NullTranslations())


def test_two_renderings_are_equal_byte_for_byte() -> None:
    view = tiny_made().view()
    drawing = draw_overview(view)

    first = render_map_page(drawing, view)
    again = render_map_page(drawing, view)

    assert first == again == _page()
    assert first.endswith("</html>\n")


def test_ids_are_numbered_and_longer_runs_of_digits_are_left_alone() -> None:
    one, other, digest = "a1" * 16, "b2" * 16, "c3" * 32

    text = number_ids(f"map_{one} marker_{other} map_{one} file_{digest} sha256:{digest} {one}")

    assert text == f"map_1 marker_2 map_1 file_{digest} sha256:{digest} {one}"


def test_nothing_on_the_page_comes_from_outside() -> None:
    page = _page()

    assert re.findall(r"""(?:src|href)\s*=\s*["']?(?!#)[^"'>\s]+""", _without_libraries(page)) == []
    assert "sourceMappingURL" not in page
    assert not re.search(r"url\((?!#)", page)
    assert "jquery" not in page.lower()
    assert "default-src 'none'" in page


def test_the_page_names_its_language_title_and_warning() -> None:
    page = _page()

    assert '<html lang="en">' in page
    assert "<title>Mistechko hromada: timetable and map of the mobile library</title>" in page
    assert "This is only an example." in page
    assert "The timetable repeats every 2 weeks." in page
    assert "First cycle: March 2, 2026 to March 15, 2026" in page
    assert "Data: GeoNames, CC BY 4.0 · Date of the data: 2022" in page


@pytest.mark.usefixtures("untranslated")
def test_the_ukrainian_page_has_ukrainian_names_weekdays_and_dates() -> None:
    page = _page(language=Language("uk"))

    assert '<html lang="uk">' in page
    assert "<bdi>Містецька громада</bdi>" in page
    assert "Це лише приклад." in page
    assert "<bdi>Єлизаветівка</bdi>" in page
    assert "понеділок" in page
    assert "2 березня 2026" in page


@pytest.mark.parametrize("code", ["uk", "en"])
def test_the_public_page_holds_times_and_places_of_stops_and_nothing_else(code: str) -> None:
    dataset = tiny_dataset()
    secrets = ["Гараж", "Центральна бібліотека", "Бібліобус 1", "depot/main", "48.72"]  # the last: a corner of a drive
    nowhere = ["Ostrivne", "Острівне", "Daleka", "Далека", "48.56"]
    roadless = replace(tiny_geometry(), roads=())

    planner = _page(language=Language(code), geometry=roadless)
    public = _page(language=Language(code), audience=Audience.PUBLIC, geometry=roadless)

    assert [secret for secret in [*secrets, *nowhere] if secret in public] == []
    assert [secret for secret in secrets if secret not in planner] == []
    assert "L.polyline" in planner.rpartition("<script>")[2]
    assert "L.polyline" not in public.rpartition("<script>")[2]
    assert {card["name"] for card in _data(public)["places"]} == {
        Language(code).choose(uk=s.name_uk, en=s.name_latin)
        for s in dataset.settlements
        if s.settlement_id in {"s2", "s3", "s4", "s5"}
    }


def test_the_public_page_describes_its_visits_for_other_programs() -> None:
    public = _page(audience=Audience.PUBLIC)

    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', public)
    assert match
    assert len(json.loads(match[1])["@graph"]) == 4
    assert "ld+json" not in _page()


def test_the_council_reads_the_share_of_people_and_nothing_technical() -> None:
    council = _page(audience=Audience.COUNCIL)

    assert "of the people without a library near are served: 3,060 of 3,260" in council
    assert "Settlements that are not served" in council
    assert "Seed 1." not in council
    assert "abababababab" not in council


def test_a_hromada_is_put_in_front_and_the_others_are_folded_away() -> None:
    dataset = tiny_dataset()
    moved = tuple(replace(s, hromada="Інша") if s.settlement_id == "s5" else s for s in dataset.settlements)

    page = _page(dataset=replace(dataset, settlements=moved), audience=Audience.COUNCIL, options=MapOptions("Інша"))

    own, others = page.split('<details class="folded">')
    assert "What the hromada gets: Інша" in own
    assert "<bdi>Zoloti Prudy</bdi>" in own
    assert "<bdi>Andriivka</bdi>" not in own
    assert "<bdi>Andriivka</bdi>" in others.split("</details>")[0]


def test_the_dates_are_counted_from_the_day_asked_for() -> None:
    page = _page(first=date(2026, 9, 1))

    assert "Next visits: the first six from September 1, 2026" in page
    assert "September 14, 28" in page


def test_online_tiles_are_off_unless_they_are_asked_for_and_the_page_says_so() -> None:
    plain, online = _page(), _page(options=MapOptions(tiles=True))

    assert "openstreetmap.org" not in plain
    assert "This page works without internet." in plain
    assert "img-src data: https://tile.openstreetmap.org; " in online
    assert "https://tile.openstreetmap.org/{z}/{x}/{y}.png" in online
    assert "© OpenStreetMap contributors" in online
    assert "which area is looked at" in online
    assert "road-main" not in online.rpartition("<script>")[2]


def test_an_estimate_is_called_an_estimate() -> None:
    sentence = "Distances and driving times are an estimate: they were not measured on real roads."

    assert sentence in _page()
    assert sentence not in _page(plan=replace(tiny_plan(), estimated=False))


def test_every_settlement_is_in_the_data_of_the_map_and_in_a_table() -> None:
    page = _page()

    cards = _data(page)["places"]
    tables = re.findall(r'class="find" data-place="(\d+)"><bdi>([^<]*)</bdi>', page)
    assert {cards[int(index)]["name"] == name for index, name in tables} == {True}
    assert {int(index) for index, _ in tables} == set(range(8))
    assert {card["name"] for card in cards if card["rows"]} == {
        "Andriivka",
        "Yelyzavetivka",
        "Ivanivka",
        "Zoloti Prudy",
    }


def test_the_footer_shortens_digests_and_hides_what_is_technical() -> None:
    page = _page()

    assert "Made with bibliobus 0.1.0;" in page
    assert "Seed 1. Digests of the inputs: settlements.csv abababababab<" in page
    assert "ab" * 32 not in page
    assert "feasible" not in page


@pytest.mark.parametrize("name", [*HOSTILE, "Довга" * 60])
def test_a_hostile_name_stays_text_wherever_it_stands(name: str) -> None:
    dataset = _renamed(name)

    page = _page(dataset=dataset)

    assert page.count("<script") == _page().count("<script")
    assert "<img" not in page
    assert _data(page)["places"][1]["name"] == name
    assert name not in page.rpartition("<script>")[2]


def test_a_plan_without_tours_still_makes_a_page() -> None:
    plan = replace(tiny_plan(), tours=())

    page = _page(plan=plan)

    assert "How to read a stop" not in page
    assert "Settlements that are not served" in page


def test_a_page_without_attribution_date_digests_and_notice_leaves_no_empty_words() -> None:
    dataset, plan = tiny_dataset(), tiny_plan()
    bare = replace(
        dataset, scenario=replace(dataset.scenario, attribution="", data_date="", notice_uk="", notice_en="")
    )

    page = _page(plan=replace(plan, provenance=replace(plan.provenance, digests={})), dataset=bare)

    assert 'class="caption"' not in page
    assert "Digests" not in page
    assert "Please note" not in page


def test_a_plan_that_serves_all_says_so() -> None:
    plan = tiny_plan()
    served = tuple(replace(account, standing=plan.accounts[1].standing) for account in plan.accounts)

    page = _page(plan=replace(plan, accounts=served))

    assert "Every settlement that needs the bus is served." in page
    assert "Settlements that need no bus" not in page


def test_a_one_week_cycle_has_no_week_switch() -> None:
    plan = tiny_plan()
    weekly = replace(plan, cycle=replace(plan.cycle, weeks=1), tours=tuple(t for t in plan.tours if t.day < 7))

    page = _page(plan=weekly)

    assert 'id="weeks"' not in page
    assert "The timetable repeats every week." in page


def test_the_licence_of_the_map_library_is_on_the_page() -> None:
    page = _page()

    assert "BSD 2-Clause License" in page
    assert "Volodymyr Agafonkin" in page


def _page(
    plan: Plan | None = None,
    dataset: Dataset | None = None,
    language: Language = ENGLISH,
    audience: Audience = Audience.PLANNER,
    options: MapOptions | None = None,
    first: date | None = None,
    geometry: MapGeometry | None = None,
) -> str:
    """Page of the tiny plan, or of another."""
    made = replace(tiny_made(plan, dataset, geometry), language=language, span=span_year(first) if first else None)
    view = made.view(audience)
    return render_map_page(draw_overview(view, options), view, options)


def _renamed(name: str) -> Dataset:
    """Tiny dataset in which everything that can have a name has this one."""
    dataset = tiny_dataset()
    scenario = dataset.scenario
    return replace(
        dataset,
        settlements=tuple(replace(s, name_uk=name, name_latin=name, hromada=name) for s in dataset.settlements),
        libraries=tuple(replace(library, name=name, source=name) for library in dataset.libraries),
        scenario=replace(
            scenario,
            title_en=name,
            notice_en=name,
            attribution=name,
            data_date=name,
            buses=tuple(replace(bus, name=name) for bus in scenario.buses),
            depots=tuple(replace(depot, name=name) for depot in scenario.depots),
        ),
    )


def _data(page: str) -> dict[str, Any]:
    """Data of the page as its script reads them."""
    match = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', page)
    assert match
    data: dict[str, Any] = json.loads(match[1])
    return data


def _without_libraries(page: str) -> str:
    """Page without the script of Leaflet."""
    return re.sub(r"<script>\n/\*!.*?</script>", "", page, flags=re.DOTALL)
