"""Pages of the ledger: all entries, and one entry with what it claims, re-computed."""

import json
from typing import Any

from django.db.models import QuerySet

from governance.ledger import check, queries
from governance.ledger.models import Entry
from governance.ledger.tables import EntryFilters, EntryTable
from governance.ui import atoms
from governance.ui.pages import Empty, Fact, Header, ListPage, ObjectPage, Tab


class EntryList(ListPage):
    """All that happened, newest first."""

    key, url_name, title, family = "ledger", "ledger", "Ledger", "ledger"
    table, filterset = EntryTable, EntryFilters
    lead = "{total} entries, numbered without a gap. None of them can be changed."
    search_hint = "Find by subject, kind or hash"
    keyset = "seq"
    empty = Empty("Nothing has happened yet", "Every decision and change is written here, for good.")

    def rows(self, user: Any) -> QuerySet[Entry]:
        """Return the entries that the reader may see."""
        return queries.visible_to(user)


def _details(page: ObjectPage, entry: Entry) -> dict[str, Any]:
    line = queries.lines([entry])[0]
    findings = check.entry(entry)
    return {
        "lines": [line],
        "findings": findings,
        "holds": all(finding.ok for finding in findings),
        "body": json.dumps(json.loads(entry.body), indent=2, ensure_ascii=False),
    }


class EntryPage(ObjectPage):
    """One entry, checked as it is shown."""

    url_name, lookup, parent = "entry", "seq", ("Ledger", "ledger")
    tabs = (Tab("", "Entry", "governance/ledger/_entry.html", _details),)
    noun = "entry"

    def rows(self, user: Any) -> QuerySet[Entry]:
        """Return the entries that the reader may see."""
        return queries.visible_to(user)

    def header(self, obj: Entry) -> Header:
        """Say which entry it is and where it stands."""
        facts = (
            Fact("When", atoms.time(obj.at, "exact")),
            Fact("Subject", obj.subject_key or f"{obj.subject_type} {obj.subject_id}"),
            Fact("Hash", atoms.hash_code(obj.digest, "SHA-256 over the entry's canonical JSON")),
        )
        return Header(f"Entry {obj.seq:,}", state=("held", "In the ledger"), facts=facts)
