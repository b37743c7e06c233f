"""Timetables that are driven today, read as open data and put into a cycle."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
