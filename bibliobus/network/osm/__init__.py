"""Roads of OpenStreetMap: files read into arrays that do not depend on the bus."""
