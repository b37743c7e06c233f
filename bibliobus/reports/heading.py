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


def list_notices(dataset: Dataset, language: Language, *plans: tuple[Plan, Dataset]) -> tuple[str, ...]:
    """
    List what every output has to say before anything else, on every page that may be handed on alone.

    Parameters
    ----------
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.
    *plans
        Plans whose stops it holds, each with its inputs.

    Returns
    -------
    tuple of str
        That it holds stops which must not be published, if it does; the notice of the scenario if there is one.
    """
    scenario = dataset.scenario
    notice = language.choose(uk=scenario.notice_uk, en=scenario.notice_en)
    return tuple(text for text in (write_kept_back(language, *plans), notice) if text)


def tell_estimate(plan: Plan, language: Language) -> tuple[str, ...]:
    """
    Tell that distances and driving times are an estimate, if they are: once in a paper, never on every page of it.

    Whoever plans, decides or drives needs to know: workbook, sheets, maps, reports, files for other programs. A
    resident does not: a clock time on a poster is a promise, however it was found. So posters, calendars, GTFS and the
    open timetable do not say it; the public map and the index of a publication do, in the small print at the foot.

    Parameters
    ----------
    plan
        The plan.
    language
        Language of the reader.

    Returns
    -------
    tuple of str
        One sentence, or none.
    """
    return (language.gettext(ESTIMATED),) if plan.estimated else ()


def list_warnings(plan: Plan, dataset: Dataset, language: Language, *others: tuple[Plan, Dataset]) -> tuple[str, ...]:
    """
    List what a paper of one page, or the first of several, has to say before anything else.

    Parameters
    ----------
    plan
        The plan it shows.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.
    *others
        Further plans whose stops it holds, such as the one before, each with its inputs.

    Returns
    -------
    tuple of str
        As `list_notices`, then as `tell_estimate`.
    """
    notices = list_notices(dataset, language, (plan, dataset), *others)
    return (*notices, *tell_estimate(plan, language))
