from .siting import SitingProblem as SitingProblem
from .siting import choose_sites as choose_sites
from .stage import OrtoolsStage as OrtoolsStage
