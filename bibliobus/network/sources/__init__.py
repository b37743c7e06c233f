"""Where roads come from: OpenStreetMap, a road table, or an estimate; each becomes the same RoadNetwork."""
