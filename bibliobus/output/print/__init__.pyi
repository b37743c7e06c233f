from .html import render_posters_html as render_posters_html
from .html import render_sheets_html as render_sheets_html
from .posters import list_posters as list_posters
from .posters import render_posters_pdf as render_posters_pdf
from .sheets import list_sheets as list_sheets
from .sheets import render_sheets_pdf as render_sheets_pdf
