from .changes import report_changes as report_changes
from .comparison import report_comparison as report_comparison
from .council_tables import report_council as report_council
from .coverage import report_coverage as report_coverage
from .monitor import report_record as report_record
from .siting import report_siting as report_siting
from .variants import report_variants as report_variants
from .variants import summarise_plan as summarise_plan
