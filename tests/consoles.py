"""What a browser's console says while a test looks at pages. Every complaint fails the test, apart from what is meant."""

from playwright.sync_api import Page

MEANT = (
    # A refusal, whose answer the person reads on the page.
    "status of 4",
    "Status Error Code 4",
    # htmx says of a request that the browser gave up because the person went on to another page that it ended, and then
    # how. That it ended is said of every request in trouble, always beside a second line that names the trouble (a
    # sendError, a timeout, an onLoadError), so leaving it out here hides none.
    "htmx:afterRequest",
    "htmx:sendAbort",
)


def listen(page: Page) -> list[str]:
    """Return a list that fills with whatever the page's console complains about from now on, and its uncaught errors."""
    complaints: list[str] = []

    def hear(text: str) -> None:
        if not any(known in text for known in MEANT):
            complaints.append(text)

    page.on("console", lambda said: hear(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: hear(str(error)))
    return complaints
