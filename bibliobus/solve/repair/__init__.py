"""A published timetable repaired with the fewest broken promises."""
