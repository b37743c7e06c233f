"""What stands above every report: title, period, and what must be said before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.language import N_
from bibliobus.plan.kept_back import write_kept_back
from bibliobus.plan.names import name_area
from bibliobus.wording import Text

if TYPE_CHECKING:
    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.plan.timetable import Plan

TITLE: Final = N_("{area}: timetable of the mobile library")
PERIOD: Final = N_("First cycle: {first} to {last}")
ESTIMATED: Final = N_("Distances and driving times are an estimate: they were not measured on real roads.")


def write_title(dataset: Dataset, language: Language) -> str:
    """
    Write the title of a report.

    Parameters
    ----------
    dataset
        Checked inputs.
    language
        Language of the reader.

    Returns
    -------
    str
        One line with the name of the area.
    """
    return Text(TITLE, {"area": name_area(dataset, language)}).render(language)


def write_period(plan: Plan, language: Language) -> str:
    """
    Write when the first cycle begins and ends.

    Parameters
    ----------
    plan
        The plan.
    language
        Language of the reader.

    Returns
    -------
    str
        One line with both dates.
    """
    last = plan.cycle.date_of(plan.cycle.weeks * WEEK_DAYS - 1)
    dates = {"first": language.date(plan.cycle.first_day), "last": language.date(last)}
    return Text(PERIOD, dates).render(language)


def list_warnings(plan: Plan, dataset: Dataset, language: Language, *others: tuple[Plan, Dataset]) -> tuple[str, ...]:
    """
    List what every output has to say before anything else.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.
    *others
        Further plans that the paper tells of, with their checked inputs.

    Returns
    -------
    tuple of str
        That it holds stops which must not be published, if it does; the notice of the scenario if there is one; that
        distances and times are estimates if they are.
    """
    scenario = dataset.scenario
    notice = language.choose(uk=scenario.notice_uk, en=scenario.notice_en)
    estimated = language.gettext(ESTIMATED) if plan.estimated else ""
    kept_back = write_kept_back(language, (plan, dataset), *others)
    return tuple(text for text in (kept_back, notice, estimated) if text)
