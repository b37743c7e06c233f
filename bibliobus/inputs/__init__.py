"""Files of an area, read and checked into values."""
