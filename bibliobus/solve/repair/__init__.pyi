from .promises import AnnouncedTimetable as AnnouncedTimetable
from .promises import ChangePrices as ChangePrices
from .promises import Promise as Promise
from .repair import Repair as Repair
from .repair import Repaired as Repaired
