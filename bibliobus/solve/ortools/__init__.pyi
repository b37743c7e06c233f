from .choose import SitingProblem as SitingProblem
from .choose import choose_sites as choose_sites
from .stage import OrtoolsStage as OrtoolsStage
