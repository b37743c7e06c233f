from .build import build_network as build_network
from .network import Network as Network
from .network import join_network as join_network
from .places import MapGeometry as MapGeometry
from .places import NetworkPlace as NetworkPlace
from .places import RoadLine as RoadLine
from .places import TravelMatrix as TravelMatrix
from .places import measure_distances as measure_distances
