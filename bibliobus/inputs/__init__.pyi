from .area import AreaInputs as AreaInputs
from .area import Dataset as Dataset
from .area import parse_area as parse_area
from .changes import read_changes_file as read_changes_file
from .norms import read_norm as read_norm
from .roads import read_roads as read_roads
from .settlements import read_settlements as read_settlements
from .visit_log import read_log as read_log
