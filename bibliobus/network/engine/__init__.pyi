from .engine import RoadIndex as RoadIndex
from .engine import RoadMetric as RoadMetric
from .engine import build_index as build_index
from .graph import RoadGraph as RoadGraph
