"""Nouns that several stages share: places, fleet, calendar, scenario."""
