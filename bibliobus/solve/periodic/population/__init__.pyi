from .nursery import can_recombine as can_recombine
