"""What the ledger says of audit packs."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "pack.asked",
        "asked for an audit pack of {about}, {starts_on} to {ends_on}",
        fields=("about", "scope", "subjects", "starts_on", "ends_on", "edition"),
    ),
    EventKind(
        "pack.frozen",
        "froze the audit pack at entry {size}",
        fields=("about", "size", "root", "manifest", "zip", "pdf", "pages", "files", "unexplained"),
        tone="held",
    ),
    EventKind("pack.failed", "could not build the audit pack", fields=("about", "trouble"), tone="stop"),
    EventKind(
        "pack.compared", "built the audit pack again: {outcome}", fields=("about", "outcome", "manifest", "zip", "differs")
    ),
    EventKind("pack.given", "gave the audit pack to {person}", fields=("about", "person")),
    EventKind("pack.taken_back", "took the audit pack back from {person}", fields=("about", "person")),
    EventKind("pack.discarded", "discarded the files of the audit pack", fields=("about", "zip", "pdf")),
)
