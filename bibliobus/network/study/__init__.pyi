from .critical import CriticalRoad as CriticalRoad
from .critical import find_critical_roads as find_critical_roads
from .islands import check_reach as check_reach
