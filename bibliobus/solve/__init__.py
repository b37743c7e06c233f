"""Searches for tours; the only package that knows a solver."""
