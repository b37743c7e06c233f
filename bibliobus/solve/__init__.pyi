from .backends import choose_solver as choose_solver
from .solver import Ending as Ending
from .solver import SearchOptions as SearchOptions
from .solver import Solution as Solution
from .solver import SolvedCall as SolvedCall
from .solver import SolvedTour as SolvedTour
from .solver import Solver as Solver
from .solver import Status as Status
