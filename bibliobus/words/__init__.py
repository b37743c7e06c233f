"""Words, numbers, names and dates in the language of whoever reads."""
