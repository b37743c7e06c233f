from .drives import find_drive_steps as find_drive_steps
from .network import RoadNetwork as RoadNetwork
from .profile import RoadBus as RoadBus
from .profile import make_road_bus as make_road_bus
from .profile import measure_steps as measure_steps
from .profile import weigh_arcs as weigh_arcs
from .snap import snap_places as snap_places
