"""Road changes on a road table: found between settlements and by shape, and laid over the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from areas import say
from hypothesis import given, settings
from hypothesis import strategies as st

from bibliobus.domain.changes import AlongLine, BetweenPlaces, ChangeKind, Direction, InArea, OnWays, RoadChange
from bibliobus.domain.fleet import BusProfile
from bibliobus.domain.places import Settlement
from bibliobus.domain.roads import RoadRow, RoadTable
from bibliobus.network.changed_table import apply_table_changes
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.changes_table import make_table_roads
from bibliobus.network.places import NetworkPlace
from bibliobus.network.table import TableNetwork

if TYPE_CHECKING:
    from bibliobus.domain.changes import Where
    from bibliobus.network.places import TravelMatrix

BUS = BusProfile("bus", 5.5, 3.1, 0.8)
NAMES = {"a": "Аа", "b": "Бе", "c": "Це", "d": "Де"}
POSITIONS = {"a": (48.0, 37.0), "b": (48.0, 37.1), "c": (48.0, 37.2), "d": (48.1, 37.2)}
SETTLEMENTS = tuple(Settlement(key, NAMES[key], "", "C", "", "", *POSITIONS[key]) for key in sorted(NAMES))
BENT = ((48.0, 37.1), (48.05, 37.15), (48.0, 37.2))
TABLE = RoadTable(
    (
        RoadRow("a", "b", 8000, "primary", name="T0501"),
        RoadRow("b", "c", 9000, "primary", name="T0501", shape=BENT),
        RoadRow("c", "d", 12_000, "tertiary", name="C1", oneway=True),
        RoadRow("d", "j", 5000, "track", max_weight_t=3.5),
        RoadRow("j", "a", 20_000, "tertiary", name="C2"),
        RoadRow("b", "a", 11_000, "tertiary", name="Old road"),
    ),
    "roads.csv",
    False,
)


def change(where: Where, kind: ChangeKind = ChangeKind.CLOSED, value: float | None = None, **more: Any) -> RoadChange:
    """Change in row 2 of a table."""
    return RoadChange("c1", kind, where, value=value, file="changes.csv", row=2, **more)


def apply(*changes: RoadChange, profile: BusProfile = BUS) -> tuple[RoadRow, ...]:
    """Rows with changes."""
    resolved, findings = resolve_changes(make_table_roads(TABLE, SETTLEMENTS), changes, SETTLEMENTS)
    assert findings == []
    assert resolved is not None
    return apply_table_changes(TABLE, resolved, profile).rows


def without(*rows: int) -> tuple[RoadRow, ...]:
    """Rows of the table but some."""
    return tuple(road for at, road in enumerate(TABLE.rows) if at not in rows)


def messages(where: Where) -> list[str]:
    """Messages of a closure that cannot be resolved."""
    resolved, findings = resolve_changes(make_table_roads(TABLE, SETTLEMENTS), [change(where)], SETTLEMENTS)
    assert resolved is None
    return say(findings)


def box(west: float, south: float, east: float, north: float) -> InArea:
    """Rectangle."""
    ring = ((south, west), (south, east), (north, east), (north, west), (south, west))
    return InArea(((ring,),))


@pytest.mark.parametrize(
    ("where", "gone"),
    [
        (BetweenPlaces("a", "Бе", "T-05-01"), (0,)),
        (BetweenPlaces("a", "b", "old road"), (5,)),
        (BetweenPlaces("c", "b", ""), (1,)),
        (BetweenPlaces("a", "c", "T0501"), (0, 1)),
        (BetweenPlaces("d", "b", "c2"), (4,)),
        (box(37.14, 48.04, 37.16, 48.06), (1,)),
        (box(37.04, 47.99, 37.06, 48.01), (0, 5)),
        (AlongLine((BENT[:2],)), (1,)),
        (AlongLine((((48.0, 37.04), (48.0, 37.06)),)), (0, 5)),
    ],
)
def test_rows_are_found_between_settlements_and_by_their_shape(where: Where, gone: tuple[int, ...]) -> None:
    assert apply(change(where)) == without(*gone)


def test_a_row_without_positions_has_no_shape() -> None:
    area = box(30, 40, 45, 55)

    assert apply(change(area)) == (TABLE.rows[3], TABLE.rows[4])


def test_a_row_closed_in_one_direction_becomes_a_one_way_road() -> None:
    where = BetweenPlaces("c", "b", "")

    along, against = (apply(change(where, direction=way)) for way in (Direction.ALONG, Direction.AGAINST))

    there = replace(TABLE.rows[1], oneway=True)
    back = replace(there, from_id="c", to_id="b", shape=BENT[::-1])
    assert along == (TABLE.rows[0], there, *TABLE.rows[2:])
    assert against == (TABLE.rows[0], back, *TABLE.rows[2:])


def test_a_speed_limit_holds_for_the_bus_as_it_drives() -> None:
    where = BetweenPlaces("b", "c", "")

    slow, fast = apply(change(where, ChangeKind.SPEED, 20)), apply(change(where, ChangeKind.SPEED, 130))

    assert slow[1] == replace(TABLE.rows[1], speed_kmh=25.0)
    assert fast == TABLE.rows


@pytest.mark.parametrize("kind", [ChangeKind.WEIGHT_LIMIT, ChangeKind.HEIGHT_LIMIT])
def test_a_limit_closes_rows_to_buses_above_it(kind: ChangeKind) -> None:
    where = BetweenPlaces("b", "c", "")

    above, below = apply(change(where, kind, 2)), apply(change(where, kind, 6))

    assert (above, below) == (without(1), TABLE.rows)


def test_opening_lifts_closures_or_else_the_limits_of_the_row() -> None:
    where = BetweenPlaces("b", "c", "")
    track = RoadChange("c1", ChangeKind.OPENED, BetweenPlaces("d", "e", ""))
    table = replace(TABLE, rows=(*TABLE.rows[:3], replace(TABLE.rows[3], to_id="e"), *TABLE.rows[4:]))
    places = (*SETTLEMENTS, Settlement("e", "Е", "", "C", "", "", 48.1, 37.3))

    again = apply(change(where), change(where, ChangeKind.OPENED))
    resolved, findings = resolve_changes(make_table_roads(table, places), [track], places)
    assert resolved is not None
    opened = apply_table_changes(table, resolved, BUS)

    assert again == TABLE.rows
    assert findings == []
    assert opened.rows[3].max_weight_t is None


def test_a_change_for_another_profile_is_passed_over() -> None:
    closed = change(BetweenPlaces("b", "c", ""), vehicles=("lorry",))

    assert apply(closed) == TABLE.rows
    assert apply(closed, profile=replace(BUS, profile_id="lorry")) == without(1)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (
            OnWays((5,)),
            "changes.csv:2:way_ids | The change “c1” gives way numbers, but the roads of the area are a table without"
            " such numbers. | Name two settlements that a row of the table joins, or draw a line or a polygon.",
        ),
        (
            BetweenPlaces("a", "b", ""),
            "changes.csv:2:road | 2 roads join Аа and Бе, and it is not said which one is meant."
            " | Write the number or the name of the road: Old road, T0501.",
        ),
        (
            BetweenPlaces("a", "c", ""),
            "changes.csv:2:to_place | No row of the road table joins Аа and Це directly."
            " | Name two settlements that a row joins, or name the road that the drive between them uses.",
        ),
        (
            BetweenPlaces("a", "c", "T050"),
            "changes.csv:2:road | No road is called “T050”. | Did you mean “T0501”?",
        ),
        (
            BetweenPlaces("a", "c", "C2"),
            "changes.csv:2:road | The fastest drive between Аа and Це does not use the road “C2”; it uses T0501."
            " | Name settlements that lie along the road, or draw a line along it.",
        ),
        (
            box(10, 10, 11, 11),
            "changes.csv:2 | No road touches the area of the change “c1”."
            " | Check where the polygon lies, longitude first, and that the roads of the area reach there.",
        ),
    ],
)
def test_a_change_that_finds_no_row_or_several_is_a_finding(where: Where, told: str) -> None:
    assert messages(where) == [told]


def test_settlements_that_no_road_joins_are_a_finding() -> None:
    table = replace(TABLE, rows=TABLE.rows[:1])
    roads = make_table_roads(table, SETTLEMENTS)

    _, findings = resolve_changes(roads, [change(BetweenPlaces("a", "d", "T0501"))], SETTLEMENTS)

    assert say(findings) == [
        "changes.csv:2:to_place | No road leads from Аа to Де."
        " | Check that both lie near a road, or draw a line along the road."
    ]


def test_the_other_way_of_a_one_way_row_cannot_be_closed() -> None:
    wrong = change(BetweenPlaces("d", "c", "C1"), direction=Direction.ALONG)

    _, findings = resolve_changes(make_table_roads(TABLE, SETTLEMENTS), [wrong], SETTLEMENTS)

    assert [finding.code for finding in findings] == ["change-against-one-way"]


def measure(table: RoadTable) -> TravelMatrix:
    """Travel between all settlements."""
    places = tuple(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in SETTLEMENTS)
    return TableNetwork(places, table).measure_travel(BUS)


PAIRS = st.sampled_from([("a", "b", "T0501"), ("b", "c", ""), ("c", "d", ""), ("a", "b", "Old road")])
KINDS = st.sampled_from([(ChangeKind.CLOSED, None), (ChangeKind.SPEED, 10.0), (ChangeKind.WEIGHT_LIMIT, 5.0)])


@settings(max_examples=40, deadline=None)
@given(made=st.lists(st.tuples(PAIRS, KINDS), max_size=5), order=st.randoms(use_true_random=False))
def test_restrictions_never_make_a_drive_faster_and_their_order_does_not_matter(made: list[Any], order: Any) -> None:
    changes = [change(BetweenPlaces(*pair), *kind) for pair, kind in made]
    shuffled = changes.copy()
    order.shuffle(shuffled)

    rows, other = apply(*changes), apply(*shuffled)

    assert rows == other
    assert (measure(replace(TABLE, rows=rows)).duration_s >= measure(TABLE).duration_s).all()


@given(pairs=st.lists(PAIRS, min_size=1, max_size=4))
def test_close_then_open_changes_nothing(pairs: list[tuple[str, str, str]]) -> None:
    closed = [change(BetweenPlaces(*pair)) for pair in pairs]
    opened = [change(BetweenPlaces(*pair), ChangeKind.OPENED) for pair in sorted(set(pairs))]

    assert apply(*closed, *opened) == TABLE.rows
