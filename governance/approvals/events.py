"""What the ledger says of approvals. A decision's comment may name people, so it is kept apart."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "approval.asked",
        "asked for approval of {title}",
        fields=("title", "places", "digest", "subject", "policy", "lane"),
    ),
    EventKind(
        "approval.decided",
        "{verdict} {title} for {position}",
        fields=("title", "verdict", "position", "digest", "policy", "on_behalf_of", "delegate_to", "decision"),
        personal=("comment",),
        tone="held",
    ),
    EventKind("approval.step_moved", "closed a step of {title}", fields=("title", "position")),
    EventKind("approval.settled", "settled {title}: {state}", fields=("title", "state", "digest"), tone="held"),
    EventKind("approval.withdrawn", "withdrew the request for {title}", fields=("title",)),
    EventKind("approval.expired", "closed {title}, which expired without enough answers", fields=("title",), tone="warn"),
    EventKind("approval.voided", "voided the request for {title}: {why}", fields=("title", "why"), tone="warn"),
    EventKind("approval.reminded", "reminded whoever has to decide {title}", fields=("title", "position")),
    EventKind("condition.asked", "asked for a condition: {text}", fields=("text", "due", "owner")),
    EventKind("condition.met", "met the condition: {text}", fields=("text",), personal=("note",)),
)
