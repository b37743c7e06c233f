"""Road changes: found on the roads, laid over them, and what they hit."""
