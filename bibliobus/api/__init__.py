"""What a notebook wants: areas and plans, and what can be asked of them as tables, frames and maps."""

from bibliobus.api.area import Area, read_area, read_sample
from bibliobus.api.changed import Comparison, Replanned, compare, replan
from bibliobus.api.plan import Plan, coverage, explain, open_plan, plan
from bibliobus.api.reach import Coverage
from bibliobus.api.shown import Findings, GeoTable, Page, Table
from bibliobus.api.told import Explanations
from bibliobus.api.variants import WhatIf, whatif
from bibliobus.domain.watch import Stage, Watch

__all__ = [
    "Area",
    "Comparison",
    "Coverage",
    "Explanations",
    "Findings",
    "GeoTable",
    "Page",
    "Plan",
    "Replanned",
    "Stage",
    "Table",
    "Watch",
    "WhatIf",
    "compare",
    "coverage",
    "explain",
    "open_plan",
    "plan",
    "read_area",
    "read_sample",
    "replan",
    "whatif",
]
