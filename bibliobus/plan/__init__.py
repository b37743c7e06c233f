"""Plans with names and clock times: built, verified, explained, measured, stored."""
