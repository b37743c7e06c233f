"""The timetable in the words of schema.org, for search engines and other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bibliobus.language import N_
from bibliobus.maps.visits import choose_next
from bibliobus.plan.names import name_raion, name_settlement
from bibliobus.units import format_clock

if TYPE_CHECKING:
    from bibliobus.maps.places import MapPlace
    from bibliobus.maps.tours import Stay
    from bibliobus.maps.view import Atlas

CONTEXT: Final = "https://schema.org"
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVENT_NAME: Final = N_("Mobile library: {settlement}")


def describe_events(atlas: Atlas) -> dict[str, Any]:
    """
    Describe the visits as events that repeat.

    Parameters
    ----------
    atlas
        The map.

    Returns
    -------
    dict
        One ``Event`` a settlement, with a ``Schedule`` for each day of the cycle it is visited on; clock times are
        those of the place.
    """
    stays: dict[str, list[Stay]] = {}
    for stay in (stay for layer in atlas.layers for stay in layer.stays):
        stays.setdefault(stay.settlement_id, []).append(stay)
    events = [_event(place, stays[place.place_id], atlas) for place in atlas.places if place.place_id in stays]
    return {"@context": CONTEXT, "@graph": events}


def _event(place: MapPlace, stays: list[Stay], atlas: Atlas) -> dict[str, Any]:
    """Visits of one settlement."""
    settlement = place.settlement
    assert settlement is not None  # calls are made at settlements
    name = name_settlement(settlement, atlas.language)
    ordered = sorted(stays, key=lambda stay: (stay.day, stay.start_s))
    first = choose_next(atlas.visits, (stay.key for stay in ordered))
    start = {"startDate": f"{first[0][0].isoformat()}T{format_clock(first[0][1][2])}:00"} if first else {}
    address = {"addressLocality": name, "addressRegion": name_raion(settlement.raion, atlas.language)}
    return {
        "@type": "Event",
        "name": atlas.language.gettext(EVENT_NAME).format(settlement=name),
        **start,
        "eventAttendanceMode": f"{CONTEXT}/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": name,
            "address": {"@type": "PostalAddress"} | {key: text for key, text in address.items() if text},
            "geo": {"@type": "GeoCoordinates", "latitude": settlement.lat, "longitude": settlement.lon},
        },
        "eventSchedule": [schedule for stay in ordered for schedule in _schedules(stay, atlas)],
    }


def _schedules(stay: Stay, atlas: Atlas) -> list[dict[str, Any]]:
    """Visits of one day of the cycle without those that fall out, and single ones that are moved."""
    visits = atlas.visits.get(stay.key, ())
    clock = {
        "startTime": f"{format_clock(stay.start_s)}:00",
        "endTime": f"{format_clock(stay.end_s)}:00",
        "scheduleTimezone": atlas.dataset.scenario.publishing.time_zone,
    }
    regular = [visit for visit in visits if not visit.moved]
    missing = [visit.day.isoformat() for visit in regular if not visit.driven]
    single = [visit.day.isoformat() for visit in visits if visit.moved and visit.driven]
    schedules = [{"@type": "Schedule", "startDate": day, "endDate": day, **clock} for day in single]
    if not regular:
        return schedules
    series: dict[str, Any] = {
        "@type": "Schedule",
        "startDate": regular[0].day.isoformat(),
        **clock,
        "byDay": f"{CONTEXT}/{DAYS[stay.weekday]}",
        "repeatFrequency": f"P{atlas.plan.cycle.weeks}W",
        **({"exceptDate": missing} if missing else {}),
    }
    return [series, *schedules]
