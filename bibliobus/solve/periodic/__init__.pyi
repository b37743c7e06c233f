from .params import SearchParams as SearchParams
from .search import PeriodicSearch as PeriodicSearch
