from .read import read_osm as read_osm
from .read import write_cut as write_cut
from .roads import OsmRoads as OsmRoads
