from __future__ import annotations

from worlds import TOWN, build_dataset, build_library, build_road, build_scenario, build_village

from bibliobus.domain.fleet import BusProfile
from bibliobus.findings import Severity
from bibliobus.model.area import prepare_area
from bibliobus.network.study import check_reach
from bibliobus.words.language import Language

VAN = BusProfile("van", 2.0, 2.0, 1.0)
LORRY = BusProfile("lorry", 5.0, 3.0, 1.0)


def check_area(villages, roads, **changes):
    """Check the reach of an area."""
    case = prepare_area(build_dataset(villages, roads, **changes))
    return check_reach(case.dataset.settlements, case.matrices, case.network)


def test_a_village_without_a_road_is_named():
    villages = [build_village("a"), build_village("b", name_uk="Острів")]

    (finding,) = check_area(villages, [build_road(TOWN, "a", 5)])

    english = Language("en")
    assert finding.code == "settlement-cut-off"
    assert finding.severity is Severity.WARNING
    assert finding.place.settlement_id == "b"
    assert finding.sentence.render(english) == (
        "No road leads from a depot to Острів and back for any bus; it cannot be served."
    )
    assert finding.hint.render(english) == (
        "Check the road changes, and the road table for a missing row, a wrong id, or a weight, height or one-way "
        "limit."
    )


def test_a_village_the_bus_cannot_leave_again_is_named():
    findings = check_area([build_village("a")], [build_road(TOWN, "a", 5, oneway=True)])

    assert [finding.place.settlement_id for finding in findings] == ["a"]


def test_a_village_one_bus_reaches_is_not_named():
    scenario = build_scenario(profiles=(LORRY, VAN))

    findings = check_area([build_village("a")], [build_road(TOWN, "a", 5, max_weight_t=3.5)], scenario=scenario)

    assert findings == ()


def test_a_connected_area_has_no_findings():
    findings = check_area(
        [build_village("a"), build_village("b")],
        [build_road(TOWN, "a", 5), build_road("a", "b", 5)],
        libraries=[build_library("b")],
    )

    assert findings == ()


def test_a_village_that_is_cut_off_is_named_in_the_language_of_the_reader():
    (finding,) = check_area([build_village("island", name_uk="Острів", name_latin="Ostriv")], [])

    assert finding.values["name"].render(Language("en")) == "Ostriv"
    assert finding.values["name"].render(Language("uk")) == "Острів"
