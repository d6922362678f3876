"""Opens each figure of a person's briefing and counts the rows behind it: they must be as many as it says."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import resolve

from governance.core.contributions import BriefingLine, contributed
from governance.core.counting import count_together

ALONE = {"charter.missing", "charter.review_due", "ledger.broken"}
"""Lines that count one thing at most, whose page shows it whatever it is: the charter, and the newest verification."""


def wrong_figures(person: Any) -> dict[str, str]:
    """Return the lines of a person's briefing whose page cannot be opened or lists another number of rows.

    Of lines that count nothing it is only seen that their address is that of a page.
    """
    client = Client()
    client.force_login(person)
    lines = contributed(BriefingLine)
    counts = count_together({line.key: line.rows(person) for line in lines})
    found = {}
    for line in lines:
        said, url = counts[line.key], line.url(person)
        resolve(urlsplit(url).path)
        if not said:
            continue
        answer: Any = client.get(url)
        if answer.status_code != 200:
            found[line.key] = f"{url} answers {answer.status_code}"
            continue
        shown = answer.context.get("slice")
        rows = shown.total if shown is not None else answer.context.get("total")
        if rows != said and not (line.key in ALONE and said <= 1):
            found[line.key] = f"{url} lists {rows} and not {said}"
    return found
