"""A plan against another one, and against what was driven."""
