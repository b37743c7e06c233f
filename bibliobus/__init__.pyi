from typing import Final

from bibliobus.api import Area as Area
from bibliobus.api import Plan as Plan
from bibliobus.api import compare as compare
from bibliobus.api import coverage as coverage
from bibliobus.api import explain as explain
from bibliobus.api import open_plan as open_plan
from bibliobus.api import plan as plan
from bibliobus.api import read_area as read_area
from bibliobus.api import read_sample as read_sample
from bibliobus.api import replan as replan
from bibliobus.api import whatif as whatif
from bibliobus.findings import BibliobusError as BibliobusError
from bibliobus.findings import InfeasibleError as InfeasibleError
from bibliobus.findings import InputError as InputError
from bibliobus.findings import ToolError as ToolError
from bibliobus.findings import UsageError as UsageError

__version__: Final[str]
