"""Searches with OR-Tools: CP-SAT and routing."""
