"""Road changes on a road table: found between settlements and by shape, and laid over the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from areas import say
from hypothesis import given, settings
from hypothesis import strategies as st

from bibliobus.domain.fleet import BusProfile
from bibliobus.domain.places import Settlement
from bibliobus.domain.roads import (
    AlongLine,
    BetweenPlaces,
    ChangeKind,
    Direction,
    InArea,
    OnWays,
    RoadChange,
    RoadRow,
    RoadTable,
)
from bibliobus.network.changes.find import RoadsToChange
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.network import Network, join_network, make_index
from bibliobus.network.places import NetworkPlace
from bibliobus.network.roads.profile import IMPASSABLE_MS
from bibliobus.network.sources.table import lay_table

if TYPE_CHECKING:
    from bibliobus.domain.roads import Where

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


def find_steps(*changes: RoadChange, table: RoadTable = TABLE) -> list[set[int]]:
    """Steps that each change hits: twice the row along it, and one more against it."""
    roads = lay_table(table, SETTLEMENTS)
    resolved, findings = resolve_changes(RoadsToChange(roads, make_index(roads)), changes, SETTLEMENTS)
    assert findings == []
    assert resolved is not None
    return [set(one.steps.tolist()) for one in resolved]


def drive(*changes: RoadChange, profile: BusProfile = BUS, table: RoadTable = TABLE) -> dict[int, int]:
    """Seconds that a bus takes for each step that is open after changes."""
    view = build(*changes, profile=profile, table=table).views[profile.profile_id]
    return {step: ms // 1000 for step, ms in enumerate(view.times.step_ms.tolist()) if ms < IMPASSABLE_MS}


def build(*changes: RoadChange, profile: BusProfile = BUS, table: RoadTable = TABLE) -> Network:
    """All settlements on the table with changes."""
    places = tuple(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in SETTLEMENTS)
    roads = lay_table(table, SETTLEMENTS)
    resolved, findings = resolve_changes(RoadsToChange(roads, make_index(roads)), changes, SETTLEMENTS)
    assert findings == []
    assert resolved is not None
    return join_network(roads, places, (profile,), [place.place_id for place in places], changes=resolved)


def without(*rows: int) -> dict[int, int]:
    """Seconds for each open step but those of some rows."""
    return {step: seconds for step, seconds in drive().items() if step >> 1 not in rows}


def messages(where: Where) -> list[str]:
    """Messages of a closure that cannot be resolved."""
    roads = lay_table(TABLE, SETTLEMENTS)
    resolved, findings = resolve_changes(RoadsToChange(roads, make_index(roads)), [change(where)], SETTLEMENTS)
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
    assert find_steps(change(where)) == [{step for row in gone for step in (2 * row, 2 * row + 1)}]
    assert drive(change(where)) == without(*gone)


def test_a_row_without_positions_has_no_shape() -> None:
    area = box(30, 40, 45, 55)

    # Rows 3 and 4 lead to a junction, row 2 is one-way.
    assert find_steps(change(area)) == [{0, 1, 2, 3, 4, 10, 11}]


def test_a_junction_lies_where_a_drawn_row_ends() -> None:
    drawn = RoadRow("j", "k", 1000, "tertiary", shape=((48.05, 37.3), (48.06, 37.3)))
    area = box(37.24, 48.06, 37.26, 48.09)

    # The straight row from d now passes through the area.
    assert find_steps(change(area), table=replace(TABLE, rows=(*TABLE.rows, drawn))) == [{6, 7}]


def test_a_row_that_is_said_to_be_short_is_found_by_its_line_all_the_same() -> None:
    short = replace(TABLE, rows=(replace(TABLE.rows[0], length_m=10),))

    assert find_steps(change(box(37.04, 47.999, 37.05, 48.001)), table=short) == [{0, 1}]


def test_a_row_may_be_closed_in_one_direction() -> None:
    where = BetweenPlaces("c", "b", "")

    along, against = (drive(change(where, direction=way)) for way in (Direction.ALONG, Direction.AGAINST))

    # Row 1 leads from b to c: step 2 is along it, step 3 against it.
    assert (along.keys(), against.keys()) == (drive().keys() - {3}, drive().keys() - {2})


def test_a_speed_limit_holds_for_the_bus_as_it_drives() -> None:
    where = BetweenPlaces("b", "c", "")

    slow, fast = drive(change(where, ChangeKind.SPEED, 20)), drive(change(where, ChangeKind.SPEED, 130))

    # Nine kilometres at 20 km/h, however slow the bus is elsewhere.
    assert slow == drive() | {2: 1620, 3: 1620}
    assert fast == drive()


@pytest.mark.parametrize("kind", [ChangeKind.WEIGHT_LIMIT, ChangeKind.HEIGHT_LIMIT])
def test_a_limit_closes_rows_to_buses_above_it(kind: ChangeKind) -> None:
    where = BetweenPlaces("b", "c", "")

    above, below = drive(change(where, kind, 2)), drive(change(where, kind, 6))

    assert (above, below) == (without(1), drive())


def test_opening_lifts_closures_or_else_the_limits_of_the_row() -> None:
    where = BetweenPlaces("b", "c", "")
    again = drive(change(where), change(where, ChangeKind.OPENED))
    track = replace(TABLE, rows=(*TABLE.rows[:3], replace(TABLE.rows[3], to_id="b"), *TABLE.rows[4:]))
    opened = drive(change(BetweenPlaces("d", "b", ""), ChangeKind.OPENED), table=track)

    assert again == drive()
    # Five kilometres of track at 15 km/h, times 0.8 for this bus.
    assert opened == drive() | {6: 1500, 7: 1500}


def test_a_change_for_another_profile_is_passed_over() -> None:
    closed = change(BetweenPlaces("b", "c", ""), vehicles=("lorry",))

    assert drive(closed) == drive()
    assert drive(closed, profile=replace(BUS, profile_id="lorry")) == without(1)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (
            OnWays((5,)),
            "changes.csv:2:way_ids | The change “c1” gives way numbers, but only roads imported from OpenStreetMap have"
            " such numbers. | Name two settlements that a road of the area joins, or draw a line or a polygon.",
        ),
        (
            BetweenPlaces("a", "b", ""),
            "changes.csv:2:road | 2 roads join Аа and Бе, and it is not said which one is meant."
            " | Write the number or the name of the road: Old road, T0501.",
        ),
        (
            BetweenPlaces("a", "c", ""),
            "changes.csv:2:to_place | No road of the area joins Аа and Це directly."
            " | Name two settlements that a road joins directly, or name the road that the drive between them uses.",
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
    roads = lay_table(replace(TABLE, rows=TABLE.rows[:1]), SETTLEMENTS)

    _, findings = resolve_changes(
        RoadsToChange(roads, make_index(roads)), [change(BetweenPlaces("a", "d", "T0501"))], SETTLEMENTS
    )

    assert say(findings) == [
        "changes.csv:2:to_place | No road leads from Аа to Де."
        " | Check that both lie near a road, or draw a line along the road."
    ]


def test_the_other_way_of_a_one_way_row_cannot_be_closed() -> None:
    wrong = change(BetweenPlaces("d", "c", "C1"), direction=Direction.ALONG)

    roads = lay_table(TABLE, SETTLEMENTS)

    _, findings = resolve_changes(RoadsToChange(roads, make_index(roads)), [wrong], SETTLEMENTS)

    assert [finding.code for finding in findings] == ["change-against-one-way"]


PAIRS = st.sampled_from([("a", "b", "T0501"), ("b", "c", ""), ("c", "d", ""), ("a", "b", "Old road")])
KINDS = st.sampled_from([(ChangeKind.CLOSED, None), (ChangeKind.SPEED, 10.0), (ChangeKind.WEIGHT_LIMIT, 5.0)])


@settings(max_examples=40, deadline=None)
@given(made=st.lists(st.tuples(PAIRS, KINDS), max_size=5), order=st.randoms(use_true_random=False))
def test_restrictions_never_make_a_drive_faster_and_their_order_does_not_matter(made: list[Any], order: Any) -> None:
    changes = [change(BetweenPlaces(*pair), *kind) for pair, kind in made]
    shuffled = changes.copy()
    order.shuffle(shuffled)

    one, other, plain = (build(*edits).measure_travel(BUS).duration_s for edits in (changes, shuffled, ()))

    assert drive(*changes) == drive(*shuffled)
    assert (one == other).all()
    assert (one >= plain).all()


@given(pairs=st.lists(PAIRS, min_size=1, max_size=4))
def test_close_then_open_changes_nothing(pairs: list[tuple[str, str, str]]) -> None:
    closed = [change(BetweenPlaces(*pair)) for pair in pairs]
    opened = [change(BetweenPlaces(*pair), ChangeKind.OPENED) for pair in sorted(set(pairs))]

    assert drive(*closed, *opened) == drive()
