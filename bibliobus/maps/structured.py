"""The timetable in the words of schema.org, for search engines and other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bibliobus.language import N_
from bibliobus.maps.visits import list_next_visits
from bibliobus.plan.names import name_settlement
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
    schedules = [_schedule(stay, atlas) for stay in sorted(stays, key=lambda stay: (stay.day, stay.start_s))]
    address = {"addressLocality": name, "addressRegion": settlement.raion}
    return {
        "@type": "Event",
        "name": atlas.language.gettext(EVENT_NAME).format(settlement=name),
        "startDate": min(f"{s['startDate']}T{s['startTime']}" for s in schedules),
        "eventAttendanceMode": f"{CONTEXT}/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": name,
            "address": {"@type": "PostalAddress"} | {key: text for key, text in address.items() if text},
            "geo": {"@type": "GeoCoordinates", "latitude": settlement.lat, "longitude": settlement.lon},
        },
        "eventSchedule": schedules,
    }


def _schedule(stay: Stay, atlas: Atlas) -> dict[str, Any]:
    """Visits of one day of the cycle."""
    cycle = atlas.plan.cycle
    first, _ = list_next_visits(cycle, [stay.day], atlas.first)[0]
    return {
        "@type": "Schedule",
        "startDate": first.isoformat(),
        "startTime": f"{format_clock(stay.start_s)}:00",
        "endTime": f"{format_clock(stay.end_s)}:00",
        "byDay": f"{CONTEXT}/{DAYS[stay.weekday]}",
        "repeatFrequency": f"P{cycle.weeks}W",
    }
