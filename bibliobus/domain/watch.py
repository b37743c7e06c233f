"""Watch: one object by which a caller follows a task through its stages, and asks it to stop."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


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


@dataclass(frozen=True)
class Watch:
    """
    Who follows a task, and may stop it.

    Parameters
    ----------
    on_stage
        Called when a stage begins.
    on_progress
        Called while a search runs, after every step and, in searches of our own, about four times a second.
    should_stop
        Asked as often; once it is true it must stay so.
    """

    on_stage: Callable[[Stage], None] = lambda stage: None
    on_progress: Callable[[Progress], None] = lambda progress: None
    should_stop: Callable[[], bool] = lambda: False

    def check(self) -> None:
        """Raise `Stopped` if the caller wants to stop."""
        if self.should_stop():
            raise Stopped

    def enter(self, stage: Stage) -> None:
        """
        Tell that a stage begins; there is nothing to keep before the search, so that it may stop there.

        Parameters
        ----------
        stage
            What is done from now on.
        """
        self.on_stage(stage)
        if stage in (Stage.READING, Stage.ROADS):
            self.check()

    def tell(self, progress: Progress) -> None:
        """
        Tell how far a search has come; it may be stopped by that, and keeps its best.

        Parameters
        ----------
        progress
            Steps done, and what the best plan costs.
        """
        self.on_progress(progress)
        self.check()


PULSE_S: Final = 0.25
"""Seconds after which somebody who watches is told again: twice as often as anybody would miss it."""

UNWATCHED: Final = Watch()
"""Nobody follows, nobody stops."""


class SearchWatch:
    """The calls of one search: machine code is made where there is none, then steps are done."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._searching = True
        self._last: Progress | None = None
        self._told_at = 0.0
        watch.on_stage(Stage.SEARCHING)

    def prepare(self) -> None:
        """Tell that machine code is made or loaded."""
        self._searching = False
        self._watch.on_stage(Stage.PREPARING)
        self._watch.check()

    def tell(self, progress: Progress) -> None:
        """Tell how far it has come, and before the first time that it searches."""
        if not self._searching:
            self._searching = True
            self._watch.on_stage(Stage.SEARCHING)
        self._last, self._told_at = progress, time.monotonic()
        self._watch.tell(progress)

    def beat(self) -> None:
        """Tell once more how far it came, if nobody was told for a while: what follows takes its time too."""
        if self._last is not None and time.monotonic() - self._told_at > PULSE_S:
            self._told_at = time.monotonic()
            self._watch.on_progress(self._last)

    def check(self) -> None:
        """Tell as `beat`, and stop if the caller wants to."""
        self.beat()
        self._watch.check()
