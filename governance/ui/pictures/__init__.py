"""Pictures drawn on the server from plain figures: curves, bars, heat grids and flows, the same on page and paper.

Owns how figures are drawn, what a picture says in words, and the table behind it. Refuses to know what is drawn. Every
function is pure and returns a `Picture`; the same figures always give the same drawing.

    from governance.ui import pictures
    from governance.ui.pictures import Band, Mark, Series

    pictures.line([Series("Spent", [("1 Nov", 120), ("2 Nov", 260)])], title="Spend in November", unit="EUR",
                  target=[Mark("soft limit", 8000), Mark("hard limit", 10000)], area=True,
                  band=Band("forecast", [None, 260], [None, 410]))
    pictures.bars([Series("approved", points), Series("not approved", points, tone="stop")], title="Calls by day")
    pictures.shares([("Claims triage", 1200, ""), ("nobody", 300, "stop")], title="Spend by surface", unit="EUR")
    pictures.spark([7.9, 6.1, 4.1], 5, title="Change failure rate, twelve weeks", finding="Fell to 4.1 %.", tone="warn")
    pictures.grid(["Tier 3"], ["Output logging"], [[4]], title="Gaps by tier and control", tone="stop")
    pictures.flow([Column("Surfaces", nodes), Column("Endpoints", nodes)], [Link("S-1", "E-2", 40, "stop")], title="Map")

On a page `{{ picture }}` is the whole figure (drawing, legend, table); `{{ picture.svg }}` the drawing alone, as a tile needs
it. In a document, whose context is plain data, `{% picture data %}` draws `plain.drawn(data)` with the colours of paper.

Series without a tone are told apart by their place: strokes by dash, fills by depth, both named in the legend. Colours come
from classes (static/css/components/chart.css; static/css/chart-print.css on paper), never from the drawing, because the
content security policy forbids style attributes. Units: '%', 'min', 'h' follow the figure; three capitals are a currency.
"""

from governance.ui.pictures.columns import bars, shares
from governance.ui.pictures.curves import line, spark
from governance.ui.pictures.flow import Column, Link, Node, flow
from governance.ui.pictures.frame import Picture, for_print, picture, print_style
from governance.ui.pictures.grid import grid
from governance.ui.pictures.plain import drawn
from governance.ui.pictures.scale import said, short
from governance.ui.pictures.series import Band, Mark, Series

__all__ = [
    "Band", "Column", "Link", "Mark", "Node", "Picture", "Series", "bars", "drawn", "flow", "for_print", "grid", "line",
    "picture", "print_style", "said", "shares", "short", "spark",
]  # fmt: skip
