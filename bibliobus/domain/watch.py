"""Watch: one object by which a caller follows a task through its stages, and asks it to stop."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Piece = TypeVar("Piece")


class Stage(StrEnum):
    """What a task is doing, in this order; some are left out, and a plan made anew searches more than once."""

    READING = "reading"
    ROADS = "roads"
    PREPARING = "preparing"
    SEARCHING = "searching"
    CHECKING = "checking"
    WRITING = "writing"


@dataclass(frozen=True)
class Progress:
    """How far a search has come."""

    done: int
    budget: int
    served: int
    cost: int
    wanted: int = 0


class Stopped(KeyboardInterrupt):
    """
    The caller asked to stop; to a task the same as an interrupt from the keyboard.

    A search that is stopped ends with the best it has, and nothing is raised; before there is anything to keep, it is.
    """


PULSE_S: Final = 0.25
"""Seconds after which somebody who watches is told again: twice as often as anybody would miss it."""


@dataclass
class _Told:
    """What was told last, and when by a clock that only goes forward."""

    stage: Stage | None = None
    progress: Progress | None = None
    at_s: float = -math.inf


@dataclass(frozen=True)
class Watch:
    """
    Who follows a task, and may stop it.

    Parameters
    ----------
    on_stage
        Called when a stage begins, and again about four times a second as long as it lasts.
    on_progress
        Called while a search runs, after every step and about four times a second between.
    should_stop
        Asked more often than that; once it is true it must stay so.
    pulse_s
        Seconds after which the same is told again, 0 or more; 0 tells it after every piece of work.
    _told
        What was told last, and when; shared by watches made of this one.
    """

    on_stage: Callable[[Stage], None] = lambda stage: None
    on_progress: Callable[[Progress], None] = lambda progress: None
    should_stop: Callable[[], bool] = lambda: False
    pulse_s: float = PULSE_S
    _told: _Told = field(default_factory=_Told, repr=False, compare=False)

    def enter(self, stage: Stage) -> None:
        """
        Tell that a stage begins, and stop there if the caller wants to.

        Parameters
        ----------
        stage
            What is done from now on.
        """
        self._note(stage, None)
        self.on_stage(stage)
        self.check(told=True)

    def tell(self, progress: Progress) -> None:
        """
        Tell how far a search has come; it may be stopped by that, and keeps its best.

        Parameters
        ----------
        progress
            Steps done, and what the best plan costs.
        """
        if self._told.stage is not Stage.SEARCHING:
            self.on_stage(Stage.SEARCHING)
        self._note(Stage.SEARCHING, progress)
        self.on_progress(progress)
        self.check(told=True)

    def check(self, *, told: bool = False) -> None:
        """
        Tell once more what is done, if nobody was told for a while, and stop if the caller wants to.

        Long work calls it after every piece, one that takes some hundredths of a second at most.

        Parameters
        ----------
        told
            True if this piece was told just now and need not be told again.

        Raises
        ------
        Stopped
            If the caller wants the task to end.
        """
        if not told and time.monotonic() - self._told.at_s >= self.pulse_s:
            self._repeat()
        if self.should_stop():
            raise Stopped

    def follow(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """
        Give pieces one after the other, and check the watch after each.

        Parameters
        ----------
        pieces
            Pieces of work, in order.

        Yields
        ------
        object
            The next piece.

        Raises
        ------
        Stopped
            If the caller wants the task to end.
        """
        for piece in pieces:
            yield piece
            self.check()

    def to_the_end(self) -> Watch:
        """
        Watch work that is not to be stopped, as something is kept that must become whole.

        Returns
        -------
        Watch
            It tells the same, and never stops.
        """
        return replace(self, should_stop=_never)

    def at_once(self) -> Watch:
        """
        Watch a search that is to end with the first that it has, as the caller wanted to stop before.

        Returns
        -------
        Watch
            It tells the same, and always stops.
        """
        return replace(self, should_stop=_always)

    def _repeat(self) -> None:
        """Tell the same as the last time."""
        told = self._told
        self._note(told.stage, told.progress)
        if told.progress is not None:
            self.on_progress(told.progress)
        elif told.stage is not None:
            self.on_stage(told.stage)

    def _note(self, stage: Stage | None, progress: Progress | None) -> None:
        """Keep what is told."""
        self._told.stage, self._told.progress, self._told.at_s = stage, progress, time.monotonic()


def _never() -> bool:
    """Whether to stop: no."""
    return False


def _always() -> bool:
    """Whether to stop: yes."""
    return True


UNWATCHED: Final = Watch()
"""Nobody follows, nobody stops."""
