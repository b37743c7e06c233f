"""Periodic search: ruin and recreate over all tours of the cycle at once, compiled; the default engine."""
