from .file import KeyLines as KeyLines
from .file import parse_toml as parse_toml
