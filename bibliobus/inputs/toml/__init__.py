"""TOML as people write it: read with the line of every key, or every mistake with its right form."""
