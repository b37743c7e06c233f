from .apply import ResolvedChange as ResolvedChange
from .apply import apply_changes as apply_changes
from .effects import measure_change as measure_change
from .names import find_settlement as find_settlement
from .resolve import resolve_changes as resolve_changes
