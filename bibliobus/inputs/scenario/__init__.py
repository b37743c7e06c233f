"""The scenario of an area: its one shape, and reading, writing and explaining it."""
