"""Cells of a page are sorted by exact values in whichever language they are written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.output.values import list_cells
from bibliobus.view.tables import Block, Kind, ReportColumn, ReportTable
from bibliobus.words.language import Language


def sort_of(value, kind, code="uk"):
    """By what a cell is sorted."""
    (((_, sort),),) = list_cells(ReportTable("s", (ReportColumn("c", kind),), (Block(((value,),)),)), Language(code))
    return sort


@pytest.mark.parametrize("code", ["uk", "en"])
@given(
    st.sampled_from([Kind.WHOLE, Kind.NUMBER, Kind.KM, Kind.SHARE, Kind.CLOCK]),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3)),
)
def test_a_number_is_sorted_by_itself(code, kind, number):
    value = round(abs(number)) if kind is Kind.CLOCK else number

    assert float(sort_of(value, kind, code)) == value


def test_days_are_numbers_in_their_order():
    assert int(sort_of(date(2026, 3, 2), Kind.DATE)) - int(sort_of(date(2026, 2, 27), Kind.DATE)) == 3


def test_what_is_no_number_has_nothing_to_be_sorted_by():
    assert [sort_of(value, Kind.KM) for value in (None, "cannot be reached")] == ["", ""]
    assert [sort_of(value, Kind.TEXT) for value in (None, "Маяки", "12")] == ["", "Маяки", "12"]
