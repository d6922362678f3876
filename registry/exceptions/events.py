"""What the ledger says of exceptions."""

from governance.ledger.kinds import EventKind, register

ABOUT = ("title", "controls", "surfaces", "expires_on", "digest", "owner")

register(
    EventKind(
        "exception.requested", "asked for the exception {title} until {expires_on}", fields=(*ABOUT, "extends", "measures")
    ),
    EventKind("exception.in_force", "let the exception {title} hold until {expires_on}", fields=ABOUT, tone="held"),
    EventKind("exception.closed", "closed the request for the exception {title}: {state}", fields=("title", "state", "digest")),
    EventKind(
        "exception.expired",
        "let the exception {title} expire",
        fields=("title", "controls", "surfaces", "digest", "told", "relied_on"),
        tone="warn",
    ),
    EventKind(
        "exception.ended",
        "ended the exception {title} early",
        fields=("title", "controls", "surfaces", "digest", "told", "relied_on"),
        tone="warn",
    ),
    EventKind(
        "exception.reminded", "reminded that the exception {title} ends on {expires_on}", fields=("title", "expires_on", "told")
    ),
    EventKind("exception.owner_set", "gave the exception {title} to another owner", fields=("title", "to", "before")),
)
