"""What the ledger says of risks."""

from governance.ledger.kinds import EventKind, register

_FIGURES = ("score", "likelihood", "impact")

register(
    EventKind("risk.registered", "registered the risk {title}", fields=("title", "area", "surface", "owner", *_FIGURES)),
    EventKind("risk.edited", "changed the risk {title}", fields=("title", *_FIGURES)),
    EventKind(
        "risk.reviewed", "looked at the risk {title} again: {score} of 25", fields=("title", "review_on", *_FIGURES), tone="held"
    ),
    EventKind("risk.accepted", "accepted the risk {title} at {score} of 25", fields=("title", *_FIGURES), tone="warn"),
    EventKind("risk.closed", "closed the risk {title}", fields=("title", *_FIGURES)),
    EventKind("risk.reopened", "reopened the risk {title}", fields=("title", *_FIGURES), tone="warn"),
    EventKind("risk.owner_given", "gave the risk {title} to another owner", fields=("title", "to", "before")),
    EventKind("risk.linked", "linked the risk {risk} to {surface}", fields=("risk", "surface")),
    EventKind("risk.unlinked", "unlinked the risk {risk} from {surface}", fields=("risk", "surface")),
    EventKind("risk.shown", "attached {evidence} to the risk {risk}", fields=("risk", "evidence")),
    EventKind("risk.unshown", "took {evidence} off the risk {risk}", fields=("risk", "evidence")),
)
