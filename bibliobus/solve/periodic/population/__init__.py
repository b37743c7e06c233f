"""Recombination of days: a population of plans, each child a few days of one parent and the rest of the other."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
