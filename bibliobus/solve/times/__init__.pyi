from .align import align_times as align_times
from .schedule import Scheduler as Scheduler
from .schedule import Timing as Timing
