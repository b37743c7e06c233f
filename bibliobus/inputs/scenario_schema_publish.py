"""Shape of the part of ``scenario.toml`` that is about published papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field, Strict

from bibliobus.inputs.bounds import within

_FORBID: dict[str, str] = {"extra": "forbid"}

Word: TypeAlias = Annotated[str, Strict(), Field(max_length=200)]
Degrees: TypeAlias = Annotated[float, Strict(), within("publish.no_publish_areas")]
Point: TypeAlias = Annotated[tuple[Degrees, ...], Field(min_length=2, max_length=2)]
Outline: TypeAlias = Annotated[tuple[Point, ...], Field(min_length=3, max_length=1000)]


@dataclass(frozen=True)
class ReportShape:
    """
    Table ``[report]``.

    Parameters
    ----------
    clauses
        Document whose demands the report answers; empty for none.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    clauses: Word = ""


@dataclass(frozen=True)
class PublishShape:
    """
    Table ``[publish]``.

    Parameters
    ----------
    time_zone
        Zone of the clock times.
    phone
        Telephone for readers.
    website
        Web page of the service.
    no_publish
        Settlements whose stops must not be published.
    no_publish_areas
        Outlines of areas in which no stop may be published.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    time_zone: Word = "Europe/Kyiv"
    phone: Word = ""
    website: Word = ""
    no_publish: tuple[Word, ...] = ()
    no_publish_areas: tuple[Outline, ...] = ()
