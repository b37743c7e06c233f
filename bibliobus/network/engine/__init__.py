"""Fastest drives on a graph of roads, exact and in microseconds."""
