"""Draws waits: a histogram as inline SVG with a text alternative, and spans in words."""

from datetime import timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from registry.changes.latency import Spread

WIDTH, HEIGHT, GAP = 20, 32, 2


def said(wait: timedelta) -> str:
    """Say how long a wait is: 35 min, 5.2 h, 3.1 days."""
    hours = wait.total_seconds() / 3600
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"


def histogram(spread: Spread) -> SafeString:
    """Draw the distribution of waits; what the bars say is in its title, and the table beside it says it in figures."""
    most = max(share.count for share in spread.shares) or 1
    bars = []
    for place, share in enumerate(spread.shares):
        height = round(HEIGHT * share.count / most, 1) if share.count else 1
        tone = "chart-bar" if share.count else "chart-bar chart-bar--rest"
        bars.append((tone, place * (WIDTH + GAP), HEIGHT - height, WIDTH, height))
    told = ", ".join(f"{share.count} {share.label}" for share in spread.shares if share.count)
    rects = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', bars)
    return format_html(
        '<svg class="waits" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        len(bars) * (WIDTH + GAP) - GAP,
        HEIGHT,
        f"{spread.label}: {told}",
        rects,
    )
