"""Day sheets and posters, as values, as PDF and as HTML, read back by other programs."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hostile_world import NAMES, build_hostile, list_names, rename
from hypothesis import given
from hypothesis import strategies as st
from made import Made
from plans import tiny_dataset, tiny_geometry, tiny_plan
from pypdf import PdfReader

from bibliobus.domain.calendar import DateSpan, ExtraDay, ServiceCalendar
from bibliobus.domain.roads import AlongLine, BetweenPlaces, ChangeKind, InArea, OnWays, RoadChange
from bibliobus.domain.scenario import Publishing, StopWish
from bibliobus.network.places import RoadLine
from bibliobus.network.roads.drives import RoadPiece
from bibliobus.output.print.html import render_posters_html as write_posters_html
from bibliobus.output.print.html import render_sheets_html as write_sheets_html
from bibliobus.output.print.pdf import MISSING, clean_line, fit_size, open_document, split_block
from bibliobus.output.print.posters import list_posters
from bibliobus.output.print.posters import render_posters_pdf as write_posters_pdf
from bibliobus.output.print.sheets import list_sheets
from bibliobus.output.print.sheets import render_sheets_pdf as write_sheets_pdf
from bibliobus.output.print.snippet import SIZE_MM, draw_snippet
from bibliobus.view.reader import span_year
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fpdf import FPDF

    from bibliobus.output.print.snippet import Snippet

MONDAY = date(2026, 3, 2)
BRIDGE = "T0514 between Yelyzavetivka and Daleka Balka: closed, until March 31, 2026; bridge"
ALWAYS = ", until further notice"
CYCLE = DateSpan(MONDAY, date(2026, 3, 15))


@pytest.fixture(scope="module")
def document() -> Iterator[FPDF]:
    """An empty document."""
    with open_document("", Language("uk")) as opened:
        yield opened


def make(span: DateSpan = CYCLE, **decisions: Any) -> Made:
    """Make the tiny plan in English with other decisions of the planner."""
    dataset = tiny_dataset()
    scenario = replace(dataset.scenario, **decisions)
    return Made(tiny_plan(), replace(dataset, scenario=scenario), tiny_geometry(), Language("en"), span)


def build_short() -> Made:
    """Build the hostile plan for one cycle."""
    return replace(build_hostile(), span=CYCLE)


def render_sheets_pdf(material: Made) -> bytes:
    """Document of all sheets."""
    return write_sheets_pdf(material.view(), list_sheets(material.view()))


def render_sheets_html(material: Made) -> bytes:
    """Page of all sheets."""
    return write_sheets_html(material.view(), list_sheets(material.view()))


def render_posters_pdf(material: Made, settlement_id: str | None = None) -> bytes:
    """Document of one poster or all."""
    return write_posters_pdf(material.view(), list_posters(material.view(), settlement_id))


def render_posters_html(material: Made) -> bytes:
    """Page of all posters."""
    return write_posters_html(material.view(), list_posters(material.view()))


def draw_s2(material: Made) -> Snippet:
    """Map around Andriivka."""
    view = material.view()
    return draw_snippet(view, next(stop for stop in view.stops if stop.settlement_id == "s2"))


def read_pages(content: bytes) -> list[str]:
    """Text of each page of a PDF document, white space made single."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


class Texts(HTMLParser):
    """Texts and tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data.strip())


def read_html(content: bytes) -> Texts:
    """Texts and tags of a page."""
    page = Texts()
    page.feed(content.decode())
    return page


def test_a_sheet_tells_the_day_from_leaving_to_coming_back():
    sheets = list_sheets(make().view())

    assert [(sheet.bus, sheet.when) for sheet in sheets] == [
        ("Бібліобус 1", "Monday, March 2, 2026, week 1"),
        ("Бібліобус 2", "Wednesday, March 4, 2026, week 1"),
        ("Бібліобус 1", "Monday, March 9, 2026, week 2"),
    ]
    assert sheets[0].top == ("leave 09:00 · back 12:35 · 34.0\xa0km · work 2\xa0h\xa050\xa0min",)
    assert [(row.clock, row.title) for row in sheets[0].rows] == [
        ("09:00", "Leave: Гараж бібліотеки"),
        ("09:00–09:20", "drive to Andriivka: 12.0\xa0km, 20\xa0min"),
        ("09:20–10:20", "Andriivka"),
        ("10:20–10:35", "drive to Yelyzavetivka: 8.0\xa0km, 15\xa0min"),
        ("10:35–11:05", "Yelyzavetivka"),
        ("11:05–11:30", "Wait: Yelyzavetivka"),
        ("11:30–12:15", "Meal break: Yelyzavetivka"),
        ("12:15–12:35", "drive to Гараж бібліотеки: 14.0\xa0km, 20\xa0min"),
        ("12:35", "Back: Гараж бібліотеки"),
    ]
    assert sheets[0].rows[2].details == ("open 1\xa0h\xa000\xa0min · readers ______ · loans ______",)


def test_a_sheet_names_the_roads_the_phone_and_the_note():
    material = make()
    depots = (replace(material.dataset.scenario.depots[0], phone="050 1"),)
    noted = tuple(replace(s, note="key at the school") for s in material.dataset.settlements)
    scenario = replace(material.dataset.scenario, depots=depots)
    roads = {("bus", "depot/main", "s2"): (RoadPiece("H20", 9000), RoadPiece("", 3000))}
    told = replace(material, dataset=replace(material.dataset, scenario=scenario, settlements=noted), roads=roads)

    sheet = list_sheets(told.view())[0]

    assert "Telephone of the depot: 050 1" in sheet.top
    assert sheet.rows[1].details == ("H20 9.0\xa0km → road without a name 3.0\xa0km",)
    assert "key at the school" in sheet.rows[2].details


def test_a_sheet_says_what_is_unusual_on_its_date():
    moved = ServiceCalendar(
        extra_service=(ExtraDay(date(2026, 3, 7), date(2026, 3, 4)),),
        school_terms=(DateSpan(date(2026, 3, 3), date(2026, 3, 31)),),
    )

    sheets = list_sheets(make(calendar=moved, stops=(StopWish("s3", school_terms_only=True),)).view())

    assert "This tour is driven in place of March 4, 2026." in sheets[1].top
    assert sheets[1].when == "Saturday, March 7, 2026, week 1"
    skipped = next(row for row in sheets[0].rows if row.title == "Yelyzavetivka")
    assert skipped.details == ("No call today: there is no school.",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            RoadChange("a", ChangeKind.SPEED, AlongLine((((48.73, 37.58), (48.9, 37.9)),)), value=30.0),
            "along a drawn line: at most 30 km/h, until further notice",
        ),
        (
            RoadChange(
                "b", ChangeKind.CLOSED, BetweenPlaces("s3", "s7", "T0514"), note="bridge", valid_to=date(2026, 3, 31)
            ),
            BRIDGE,
        ),
        (
            RoadChange("c", ChangeKind.OPENED, BetweenPlaces("Андріївка", "x", "")),
            "between Андріївка and x: opened" + ALWAYS,
        ),
        (
            RoadChange("d", ChangeKind.WEIGHT_LIMIT, OnWays((1, 2)), value=3.5),
            "on the ways 1, 2: at most 3.5 t" + ALWAYS,
        ),
        (
            RoadChange("e", ChangeKind.HEIGHT_LIMIT, OnWays((1,)), value=3.0),
            "on the ways 1: at most 3 m high" + ALWAYS,
        ),
        (
            RoadChange(
                "f",
                ChangeKind.DANGER_AREA,
                InArea(((((48.74, 37.62), (48.75, 37.62), (48.75, 37.63), (48.74, 37.62)),),)),
            ),
            "in a drawn area: danger area, until further notice",
        ),
    ],
)
def test_a_road_change_on_the_way_is_told(change: RoadChange, told: str):
    material = make()

    sheet = list_sheets(replace(material, dataset=replace(material.dataset, changes=(change,))).view())[0]

    assert sheet.changes == (told,)


@pytest.mark.parametrize(
    "change",
    [
        RoadChange("far", ChangeKind.SPEED, AlongLine((((47.0, 37.0), (47.1, 37.0)),)), value=30.0),
        RoadChange("other", ChangeKind.CLOSED, BetweenPlaces("s7", "s8", "T1")),
        RoadChange("past", ChangeKind.CLOSED, OnWays((1,)), valid_to=date(2026, 3, 1)),
        RoadChange("later", ChangeKind.CLOSED, OnWays((1,)), valid_from=date(2026, 3, 3)),
    ],
)
def test_a_road_change_elsewhere_or_on_another_day_is_not_told(change: RoadChange):
    material = make()

    assert list_sheets(replace(material, dataset=replace(material.dataset, changes=(change,))).view())[0].changes == ()


def test_all_sheets_of_a_span_are_one_document_a_page_each():
    pages = read_pages(render_sheets_pdf(make()))

    assert len(pages) == 3
    assert "Monday, March 2, 2026, week 1" in pages[0]
    assert "09:20–10:20 Andriivka" in pages[0]
    assert all("This is only an example." in page and "GeoNames, CC BY 4.0" in page for page in pages)


def test_a_long_day_goes_on_with_its_heading_and_page_numbers():
    hostile = build_hostile("en")
    endless = rename(hostile, **{f"v{at:02d}": "дуже довга назва " * 15 + str(at) for at in range(30)})

    pages = read_pages(render_sheets_pdf(replace(endless, span=DateSpan(MONDAY, MONDAY))))

    assert len(pages) > 1
    assert "(continued)" not in pages[0] and "(continued)" in pages[1]
    assert [f"Page {at} of {len(pages)}" in page for at, page in enumerate(pages, start=1)] == [True] * len(pages)


def test_a_span_without_a_tour_gives_an_empty_page():
    empty = make(DateSpan(date(2026, 3, 3), date(2026, 3, 3)))

    assert read_pages(render_sheets_pdf(empty)) == read_pages(render_posters_pdf(empty)) == [""]
    assert "<section" not in render_sheets_html(empty).decode()


def test_a_poster_tells_when_the_bus_comes_and_the_next_ten_dates():
    material = make(span_year(MONDAY), publishing=Publishing(phone="112", website="https://example.org"))

    poster = next(one for one in list_posters(material.view()) if one.settlement_id == "s5")

    assert (poster.name, poster.district) == ("Zoloti Prudy", "Mistetska hromada, Testovyi raion")
    assert poster.times == (("Wednesday 09:20–10:05", "every 2 weeks"),)
    assert len(poster.dates) == 10
    assert poster.dates[:2] == ("Wed, March 4, 2026", "Wed, March 18, 2026")
    assert poster.contacts == ("Telephone: 112", "https://example.org")


def test_a_poster_counts_from_the_date_asked_for_and_tells_what_is_cancelled():
    calendar = ServiceCalendar(no_service=(DateSpan(date(2026, 9, 16), date(2026, 9, 16), "repair"),))

    (poster,) = list_posters(make(span_year(date(2026, 9, 1)), calendar=calendar).view(), "s5")

    assert poster.dates[0] == "Wed, September 2, 2026"
    assert poster.dates[1] == "Wed, September 30, 2026"
    assert poster.cancelled == ("No visit on September 16, 2026: No service on this date: repair",)


def test_two_clock_times_stand_beside_their_dates():
    (poster,) = list_posters(make(span_year(MONDAY)).view(), "s2")

    assert [time for time, _ in poster.times] == ["Monday 09:20–10:20", "Monday 10:05–11:05"]
    assert poster.dates[:2] == ("Mon, March 2, 2026, 09:20–10:20", "Mon, March 9, 2026, 10:05–11:05")


def test_ukrainian_months_weekdays_and_hours():
    material = replace(make(span_year(MONDAY)), language=Language("uk"))

    (poster,) = list_posters(material.view(), "s5")

    assert poster.times == (("середа 09:20–10:05", "раз на 2 тижні"),)
    assert poster.dates[0] == "ср, 4 березня 2026\xa0року"


def test_posters_are_a_page_each():
    material = make(span_year(MONDAY))

    pages = read_pages(render_posters_pdf(material))

    assert len(pages) == 4
    assert all("THE MOBILE LIBRARY COMES" in page for page in pages)
    assert [page.count("Andriivka") > 0 for page in pages] == [True, True, True, False]
    assert len(read_pages(render_posters_pdf(material, "s2"))) == 1


def test_a_poster_shows_roads_inside_its_map_and_no_estimates():
    geometry = tiny_geometry()
    beside = RoadLine(((48.0, 30.0), (48.1, 30.0)), "primary", "")
    through = RoadLine(((48.74, 36.0), (48.74, 39.0)), "tertiary", "")
    guess = RoadLine(((48.73, 37.59), (48.75, 37.61)), "estimate", "")
    material = replace(make(), geometry=replace(geometry, roads=(beside, through, guess)))

    snippet = draw_s2(material)

    assert snippet.lines == ((0.5, ((0.0, SIZE_MM / 2), (SIZE_MM, SIZE_MM / 2))),)
    assert 0 < snippet.bar_mm < SIZE_MM
    assert {label.text for label in snippet.labels} >= {"Yelyzavetivka"}


@given(st.lists(st.tuples(st.floats(48.0, 49.5), st.floats(36.5, 38.5)), min_size=2, max_size=12))
def test_no_road_leaves_the_map(points: list[tuple[float, float]]):
    material = make()
    roads = (RoadLine(tuple(points), "secondary", ""),)
    drawn = draw_s2(replace(material, geometry=replace(material.geometry, roads=roads)))

    assert all(0 <= value <= SIZE_MM for _, part in drawn.lines for point in part for value in point)


def test_the_font_has_the_letters_of_ukrainian_and_shows_where_it_lacks_one(document: FPDF):
    letters = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя’«»—№"

    assert clean_line(document, letters) == letters
    assert clean_line(document, "a\u202eb\u200f\U0001f4da\tи\u0306") == f"ab{MISSING} й"


@given(st.text(alphabet="абв ", max_size=80), st.floats(10, 60))
def test_no_line_is_wider_than_its_column(document: FPDF, text: str, width: float):
    lines = split_block(document, text, 12, width)

    assert all(document.get_string_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_name_of_forty_letters_is_as_large_as_two_lines_allow(document: FPDF):
    assert fit_size(document, "Їжаківка", (66, 44, 28), 180, 2) == 66
    assert fit_size(document, "Новоолександрівське Перше (Слов’янська)", (66, 44, 28, 20), 180, 2) == 28
    assert fit_size(document, "довга" * 60, (66, 14), 180, 4) == 14


SHOWN = [name for name in list_names() if name.isprintable() and "\u202e" not in name and "שלום" not in name]


@pytest.mark.parametrize("render", [render_sheets_pdf, render_posters_pdf])
def test_hostile_names_stand_in_the_documents(render: Callable[[Made], bytes], document: FPDF):
    text = "".join("".join(read_pages(render(build_short()))).split())

    assert len(SHOWN) >= 26
    for name in SHOWN:
        assert "".join(clean_line(document, name).split()) in text, name


@pytest.mark.parametrize("render", [render_sheets_html, render_posters_html])
def test_hostile_names_are_text_of_the_pages_and_nothing_else(render: Callable[[Made], bytes]):
    page = read_html(render(build_short()))

    texts = "\n".join(page.texts)
    assert [name for name in list_names() if name not in texts] == []
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "iframe", "object", "link", "base", "form"}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    sources = [attributes["src"] for tag, attributes in page.tags if tag == "img"]
    assert all(source and source.startswith("data:image/png;base64,") for source in sources)


@pytest.mark.parametrize("render", [render_sheets_pdf, render_posters_pdf, render_sheets_html, render_posters_html])
def test_the_same_plan_gives_the_same_bytes(render: Callable[[Made], bytes]):
    assert render(build_short()) == render(build_short())


def test_documents_have_fixed_dates_and_name_no_tool():
    meta = PdfReader(io.BytesIO(render_posters_pdf(make()))).metadata

    assert meta is not None
    assert str(meta.creation_date) == "2000-01-01 00:00:00+00:00"
    assert (meta.creator, meta.producer) == ("bibliobus", "bibliobus")


def test_pages_ask_for_nothing():
    for content in (render_sheets_html(make()), render_posters_html(make())):
        assert not re.search(rb"""(src|href)=["'](?!data:)""", content)
        assert b"default-src 'none'" in content


def test_there_are_names_of_every_kind():
    assert len(NAMES) == 30


def test_the_code_gives_way_to_what_stands_above_it():
    (poster,) = list_posters(make(span_year(MONDAY)).view(), "s2")
    crowded = replace(
        poster, name="довга назва " * 25, times=poster.times * 4, cancelled=("No visit: repair of the bus " * 4,) * 5
    )

    first, second = (
        PdfReader(io.BytesIO(write_posters_pdf(make().view(), [one]))).pages[0] for one in (poster, crowded)
    )

    assert "Monday 09:20–10:20, every 2 weeks" in " ".join(second.extract_text().split())
    assert find_image_height(first) > find_image_height(second) >= 28 / 25.4 * 72 - 1


def find_image_height(page: Any) -> float:
    """Points that the only picture of a page is high."""
    matrices = [
        (operands, operator) for operands, operator in page.get_contents().operations if operator in {b"cm", b"Do"}
    ]
    at = next(number for number, (_, operator) in enumerate(matrices) if operator == b"Do")
    return float(matrices[at - 1][0][3])
