"""Data files that ship with the program, each row with its source."""
