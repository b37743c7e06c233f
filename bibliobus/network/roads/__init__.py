"""Roads as a network: built, kept, seen by one bus, and joined to places."""
