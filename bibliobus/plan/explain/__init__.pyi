from .conflicts import find_conflicts as find_conflicts
from .reasons import Story as Story
from .reasons import explain_unserved as explain_unserved
from .reasons import tell_stories as tell_stories
