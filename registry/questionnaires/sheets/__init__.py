"""Buyers' files as grids of cells, and answers put back into the same cells with everything else left as it was.

A workbook is never loaded and saved by a library: that would lose what the library does not know (drawings, slicers,
drop-down lists of later versions, rich text, printer settings). Its sheets are read and patched in place, byte by byte;
every part that holds no answer keeps its content. Refuses to know what a question is.
"""
