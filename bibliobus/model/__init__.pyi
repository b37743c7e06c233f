from .area import PreparedArea as PreparedArea
from .area import build_problem as build_problem
from .area import prepare_area as prepare_area
from .problem import Problem as Problem
from .problem import ProblemBus as ProblemBus
from .problem import ProblemVisit as ProblemVisit
from .problem import price_tour as price_tour
