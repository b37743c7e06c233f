"""Variants side by side: as sheets, and as the bars of a chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.view.tables import Block, Column, Kind, Sheet, Value, translate_columns
from bibliobus.words.language import N_
from bibliobus.words.units import HOUR_S, MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.domain.variants import Variant
    from bibliobus.words.language import Language

PRICED_COLUMNS: Final = (
    Column(N_("Fuel a month, l"), Kind.WHOLE, widest=12),
    Column(N_("Cost a month"), Kind.WHOLE, widest=14),
    Column(N_("Currency")),
)
COLUMNS: Final = (
    Column(N_("Buses"), Kind.WHOLE),
    Column(N_("Weeks of the cycle"), Kind.WHOLE, widest=12),
    Column(N_("Shortest stay, min"), Kind.WHOLE, widest=12),
    Column(N_("Residents served"), Kind.WHOLE, widest=14),
    Column(N_("Left out for want of time"), Kind.WHOLE, widest=14),
    Column(N_("Cannot be served"), Kind.WHOLE, widest=14),
    Column(N_("Share of the need served"), Kind.SHARE, widest=14),
    Column(N_("Minutes a month for 100 residents"), Kind.NUMBER, widest=16),
    Column(N_("km a week"), Kind.KM),
    Column(N_("Crew hours a week"), Kind.NUMBER, widest=14),
    Column(N_("Bus days a week"), Kind.NUMBER, widest=12),
    *PRICED_COLUMNS,
    Column(N_("Share open"), Kind.SHARE, widest=10),
    Column(N_("Worst served hromada"), widest=24),
    Column(N_("Share there without service"), Kind.SHARE, widest=12),
)
FAILURE_COLUMNS: Final = (
    Column(N_("Buses"), Kind.WHOLE),
    Column(N_("Weeks of the cycle"), Kind.WHOLE),
    Column(N_("Shortest stay, min"), Kind.WHOLE),
    Column(N_("Why there is no result"), widest=60),
)
TITLE: Final = N_("What if")
FAILED: Final = N_("Without a result")
LABEL: Final = N_("buses {buses}, weeks {weeks}, stay from {minutes} min")
LABEL_PLAIN: Final = N_("buses {buses}, weeks {weeks}")


@dataclass(frozen=True)
class Bar:
    """
    One bar of a chart.

    Parameters
    ----------
    label
        What it stands for.
    parts
        Residents served, left out for want of time, and who cannot be served.
    """

    label: str
    parts: tuple[int, int, int]


def lay_out_variants(
    outcomes: Sequence[tuple[Variant, Mapping[str, Any] | None, str]], language: Language
) -> tuple[Sheet, ...]:
    """
    Lay out variants side by side.

    Parameters
    ----------
    outcomes
        Variant, its result or None, and why there is none.
    language
        Language of the reader.

    Returns
    -------
    tuple of Sheet
        Results, and failures if there are any.
    """
    rows = tuple(_row(variant, result, language) for variant, result, _ in outcomes if result is not None)
    lost = tuple((*_keys(variant), problem) for variant, result, problem in outcomes if result is None)
    columns, rows = _leave_out_empty(translate_columns(COLUMNS, language), rows)
    sheets = [Sheet(language.gettext(TITLE), columns, (Block(rows),), landscape=True)]
    if lost:
        sheets.append(Sheet(language.gettext(FAILED), translate_columns(FAILURE_COLUMNS, language), (Block(lost),)))
    return tuple(sheets)


def _leave_out_empty(
    columns: tuple[Column, ...], rows: tuple[tuple[Value, ...], ...]
) -> tuple[tuple[Column, ...], tuple[tuple[Value, ...], ...]]:
    """Columns without those that only prices and consumption fill, if the scenario gives none."""
    empty = {
        at for at, column in enumerate(COLUMNS) if column in PRICED_COLUMNS and all(row[at] is None for row in rows)
    }
    kept = [at for at in range(len(columns)) if at not in empty]
    return tuple(columns[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows)


def list_bars(outcomes: Sequence[tuple[Variant, Mapping[str, Any] | None, str]], language: Language) -> tuple[Bar, ...]:
    """
    List the bars of a chart.

    Parameters
    ----------
    outcomes
        Variant, its result or None, and why there is none.
    language
        Language of the reader.

    Returns
    -------
    tuple of Bar
        One for each result, in order.
    """
    bars = []
    for variant, result, _ in outcomes:
        if result is None:
            continue
        minutes = variant.min_dwell_s // MINUTE_S
        values = {"buses": variant.buses, "weeks": variant.weeks, "minutes": minutes}
        label = language.gettext(LABEL if minutes else LABEL_PLAIN).format(**values)
        parts = (result["people_served"], result["people_sacrificed"], result["people_impossible"])
        bars.append(Bar(label, parts))
    return tuple(bars)


def _keys(variant: Variant) -> tuple[Value, Value, Value]:
    """What was changed."""
    return variant.buses, variant.weeks, variant.min_dwell_s // MINUTE_S or None


def _row(variant: Variant, result: Mapping[str, Any], language: Language) -> tuple[Value, ...]:
    """Row of a result."""
    return (
        *_keys(variant),
        result["people_served"],
        result["people_sacrificed"],
        result["people_impossible"],
        result["share_need_served"],
        result["minutes_per_100"],
        result["week_m"],
        round(result["week_work_s"] / HOUR_S, 1),
        result["week_bus_days"],
        result["month_fuel_l"],
        result["month_money"],
        language.currency(result["currency"]) if result["month_money"] is not None else None,
        result["share_open"],
        result["worst_hromada"] or None,
        result["worst_share"] if result["worst_hromada"] else None,
    )
