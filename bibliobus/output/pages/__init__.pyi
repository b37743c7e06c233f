from .hromadas import render_hromada_pages as render_hromada_pages
from .map import render_map_page as render_map_page
from .report import Drawing as Drawing
from .report import render_report_page as render_report_page
from .shown import MapOptions as MapOptions
