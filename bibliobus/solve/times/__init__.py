"""Exact clock times of tours, and the same time in all repeats."""
