"""What keeps people out of a page, as axe-core finds it: WCAG 2.2 A and AA, and good practice beyond."""

import json

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # what passes is looked at just the same, but not written down node by node
}
RUN = f"async () => {{ const found = await axe.run({json.dumps(OPTIONS)}); return {{violations: found.violations}}; }}"


def found_on(page: Page) -> str:
    """Return a report of the barriers on a page, empty when there is none."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    results = AxeResults(page.evaluate(RUN))
    return f"{page.url}\n{results.generate_report()}" if results.violations_count else ""
