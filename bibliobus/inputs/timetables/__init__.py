"""Timetables that are driven today, read as open data and put into a cycle."""
