from .registry import PaperOrder as PaperOrder
from .registry import PublishedPaper as PublishedPaper
from .registry import list_outputs as list_outputs
from .registry import write_paper as write_paper
from .tables import render_report as render_report
from .workbook import render_workbook as render_workbook
