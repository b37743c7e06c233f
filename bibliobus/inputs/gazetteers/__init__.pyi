from .geonames import read_geonames as read_geonames
from .join import Joined as Joined
from .join import join_gazetteers as join_gazetteers
from .katottg import read_katottg as read_katottg
from .katottg import transliterate as transliterate
