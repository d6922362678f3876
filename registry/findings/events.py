"""What the ledger says of findings. People appear by reference only; names of programs are as they were sent."""

from governance.ledger.kinds import EventKind, register

ABOUT = ("kind", "title", "surface", "endpoint")

register(
    EventKind("finding.opened", "found: {title}", fields=(*ABOUT, "owner", "calls"), tone="warn"),
    EventKind("finding.reopened", "found again: {title}", fields=(*ABOUT, "was"), tone="warn"),
    EventKind("finding.snoozed", "put off the finding until {until}", fields=(*ABOUT, "until")),
    EventKind("finding.woken", "put the finding back on the list", fields=ABOUT),
    EventKind("finding.dismissed", "dismissed the finding", fields=ABOUT),
    EventKind("finding.reassigned", "gave the finding another owner", fields=(*ABOUT, "owner")),
    EventKind(
        "finding.settled", "settled the finding: {resolution}", fields=(*ABOUT, "resolution", "change", "from_when"), tone="held"
    ),
    EventKind("finding.registered", "registered {surface} from the finding", fields=(*ABOUT, "alias")),
    EventKind("finding.change_drafted", "drafted the change that would allow it", fields=(*ABOUT, "adds")),
)
