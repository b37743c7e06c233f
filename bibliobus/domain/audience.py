"""For whom a paper is made, and so what it may show."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Who reads a paper: the public gets times and places of stops and nothing else."""

    PLANNER = "planner"
    COUNCIL = "council"
    DRIVER = "driver"
    PUBLIC = "public"
