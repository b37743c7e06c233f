"""Stops of a log stand in the order of the alphabet, the weak ones first."""

from __future__ import annotations

from datetime import date

import pytest
from plans import bare_made
from worlds import build_dataset, build_village

from bibliobus.domain.norms import NormRule
from bibliobus.plan.compare.monitor import Record, StopRecord
from bibliobus.view.reports.monitor import lay_out_record
from bibliobus.words.language import Language

RULE = NormRule("r", "visitors", "Правило", "Rule", "test", verified=True, limits={"visitors": 2})
ALPHABET = ["Билбасівка", "Біленьке", "Богородичне", "Ґанок", "Іванопілля", "Їжаківка", "Ямпіль"]


def build_stop(name, *, weak=False):
    """Record of a stop, called after its village."""
    return StopRecord(name, 4, 4, 0, 0, 8, 0, 2.0, weak, protected=False)


@pytest.mark.parametrize("weak", [(), ("Їжаківка", "Богородичне")])
def test_stops_are_sorted_by_name_in_the_alphabet(weak):
    dataset = build_dataset([build_village(name, name_uk=name) for name in ALPHABET], [])
    stops = tuple(build_stop(name, weak=name in weak) for name in sorted(ALPHABET))
    record = Record(date(2026, 3, 2), date(2026, 3, 15), (), (), stops, ())

    sheet = lay_out_record(record, RULE, bare_made(dataset, Language("uk")).view())[1]

    first = [name for name in ALPHABET if name in weak]
    assert [row[0] for row in sheet.blocks[0].rows] == first + [name for name in ALPHABET if name not in weak]
