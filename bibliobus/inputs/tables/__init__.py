"""Tables of any program: cells, rows, layers and workbooks, read with patience."""
