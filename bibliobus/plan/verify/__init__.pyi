from .evidence import Evidence as Evidence
from .evidence import gather_evidence as gather_evidence
from .verify import verify_plan as verify_plan
