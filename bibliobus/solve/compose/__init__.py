"""Compose: choose day tours out of all that are known, so that together they cost least, and prove how good that is."""

__all__: list[str] = []
