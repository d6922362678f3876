"""What the ledger says of guests, of what they read, and of auditors' questions. The words of a question are personal."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "guest.invited",
        "let a guest auditor look at {scope}, {period_from} to {period_until}, until {ends_at}",
        fields=("scope", "purpose", "surfaces", "period_from", "period_until", "ends_at"),
    ),
    EventKind("guest.began", "opened {scope} to the guest of {subject}", fields=("scope", "surfaces")),
    EventKind(
        "guest.extended",
        "decided again on {subject}: {period_from} to {period_until}, until {ends_at}",
        fields=("number", "period_from", "period_until", "ends_at"),
    ),
    EventKind("guest.ended", "ended the access of {subject}", fields=("scope",), tone="warn"),
    EventKind("guest.read", "read {what}", fields=("what", "how", "status")),
    EventKind("audit_question.asked", "asked about {about}", fields=("about", "owner", "due_on"), personal=("text",)),
    EventKind("audit_question.answered", "answered {subject} about {about}", fields=("about", "asker"), personal=("text",)),
    EventKind("audit_question.reopened", "asked {subject} again", fields=("about", "owner"), personal=("text",), tone="warn"),
    EventKind("audit_question.accepted", "accepted the answer to {subject}", fields=("about", "owner"), personal=("text",)),
    EventKind("audit_question.handed_over", "gave {subject} to another, due {due_on}", fields=("about", "owner", "due_on")),
)
