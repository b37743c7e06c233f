from .estimate import estimate_roads as estimate_roads
from .osm import load_roads as load_roads
from .table import lay_table as lay_table
