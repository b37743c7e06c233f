"""A page stays small enough for an e-mail, also for a whole oblast."""

from __future__ import annotations

import pytest
from large_plan import build_large
from made import Made

from bibliobus.output.pages.layers import draw_overview
from bibliobus.output.pages.map import render_map_page
from bibliobus.words.language import Language


@pytest.mark.parametrize(("stops", "buses", "largest"), [(60, 2, 1_000_000), (300, 12, 3_000_000)])
def test_a_page_fits_an_email(stops: int, buses: int, largest: int) -> None:
    plan, dataset, geometry = build_large(stops, buses)
    view = Made(plan, dataset, geometry, Language("uk")).view()

    page = render_map_page(draw_overview(view), view)

    assert page.count('class="find"') == stops
    assert len(page.encode()) < largest
