from .compare import Comparison as Comparison
from .compare import compare_plans as compare_plans
from .monitor import Record as Record
from .monitor import judge_log as judge_log
