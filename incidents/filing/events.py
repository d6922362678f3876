"""What the ledger says of share links, of what reporters add, and of incidents that files brought."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "report_link.made",
        "handed out the report link {name}",
        fields=("name", "surface", "team", "expires_at"),
    ),
    EventKind("incident.import_corrected", "corrected {subject} from a file"),
    EventKind("incident.import_undone", "took {name} back, with an import", fields=("name", "batch"), tone="warn"),
    EventKind("report.added", "added to what was reported as {subject}"),
    EventKind("report_link.revoked", "revoked the report link {name}", fields=("name",), tone="warn"),
)
