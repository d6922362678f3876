"""The mode ladder, drawn as every picture is (`governance.ui.pictures`): the same on page and paper."""

from collections.abc import Sequence

from django.utils.html import escape

from governance.ui.pictures import for_print, picture, print_style

__all__ = ["for_print", "mode_ladder", "picture", "print_style"]
WIDTH, MARGIN, AXIS = 580, 45, 10


def mode_ladder(modes: Sequence[tuple[str, str]], current: str) -> str:
    """Draw the modes from left to right as (key, label) with the one that holds filled."""
    step = (WIDTH - 2 * MARGIN) / max(len(modes) - 1, 1)
    body, held = f'<path class="chart-axis" d="M{MARGIN} {AXIS}H{WIDTH - MARGIN}"/>', ""
    for number, (key, label) in enumerate(modes):
        x, on = round(MARGIN + number * step, 1), key == current
        held = label if on else held
        body += (
            f'<circle class="chart-rung{" chart-rung--on" if on else ""}" cx="{x}" cy="{AXIS}" r="{5 if on else 3.5}"/>'
            f'<text class="chart-text{" chart-text--on" if on else ""}" x="{x}" y="31" text-anchor="middle">'
            f"{escape(label)}</text>"
        )
    said = f"{held} holds, of {len(modes)} modes." if held else f"None of {len(modes)} modes holds yet."
    order = f"From left to right: {', '.join(label for _, label in modes)}."
    return picture("ladder", WIDTH, 40, f"Mode: {held or 'not live'}", f"{said} {order}", body)
