"""Where roads come from: OpenStreetMap files, road tables, or an estimate; each becomes the same RoadNetwork."""
