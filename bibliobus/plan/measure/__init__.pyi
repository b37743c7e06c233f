from .coverage import Access as Access
from .coverage import Coverage as Coverage
from .coverage import RuleResult as RuleResult
from .coverage import measure_access as measure_access
from .coverage import measure_coverage as measure_coverage
from .figures import measure_plan as measure_plan
