"""How a document is set ever more densely until it keeps to its pages, without losing the fact that something was cut.

A density says how large the type is and how much of a text, a name or a list is shown. Templates cut through the filters
of `tags`, which count each cut here, so that the page can say that its attached data hold the whole.
"""

from dataclasses import dataclass


@dataclass
class Density:
    """One way to set a document. `step` names its style (`density-0` is the roomiest); the rest are limits.

    `text` is how many characters of a running text are shown, `name` of a name, `rows` how many rows of a list. `cuts`
    counts what was shortened while one document was set; a density belongs to one setting only.
    """

    step: int
    text: int
    name: int
    rows: int
    cuts: int = 0

    def shorten(self, value: str, limit: int) -> str:
        """Return the text whole, or its beginning up to a word's end, with an ellipsis."""
        text = " ".join(value.split()).replace(" %", "\u00a0%")
        if len(text) <= limit:
            return text
        self.cuts += 1
        head = text[: limit - 1]
        space = head.rfind(" ")
        return (head[:space] if space > limit * 0.7 else head).rstrip(" ,;:.-–") + "…"


# First smaller type, then shorter texts: words go last. (step, text, name, rows)
LADDER = (
    (0, 1_500, 400, 24),
    (1, 1_500, 400, 24),
    (2, 1_500, 400, 24),
    (3, 1_500, 400, 24),
    (4, 1_500, 400, 24),
    (4, 800, 240, 16),
    (4, 600, 180, 14),
    (5, 600, 180, 14),
    (5, 440, 140, 12),
    (5, 320, 110, 10),
    (6, 320, 110, 10),
    (6, 240, 84, 8),
    (6, 180, 64, 6),
    (7, 140, 52, 5),
    (7, 100, 40, 3),
    (7, 70, 28, 2),
)


def ladder() -> list[Density]:
    """Return fresh densities, from the roomiest to the densest."""
    return [Density(*step) for step in LADDER]


def unbounded() -> Density:
    """Return the setting of a document that may take as many pages as it needs: nothing is cut."""
    return Density(2, 1_000_000, 1_000_000, 1_000_000)
