from .observed import observe_crews as observe_crews
from .visits import Demand as Demand
from .visits import Visit as Visit
from .visits import build_demand as build_demand
