"""Roads a bus can drive on, and the travel times between places."""
