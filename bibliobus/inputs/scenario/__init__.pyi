from .read import ScenarioFile as ScenarioFile
from .read import read_scenario as read_scenario
from .write import write_scenario as write_scenario
