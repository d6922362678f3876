"""What the ledger says of postmortems, action items, cases asked for, and of closing an incident."""

from governance.ledger.kinds import EventKind, register

ROW = ("row", "digest")
"""The timeline entry that an event wrote: its id and the SHA-256 over what it says."""
ITEM = ("what", "owner", "due_on", "incident", "postmortem")

register(
    EventKind("postmortem.begun", "began the postmortem of {incident}", fields=("incident", "severity", "sections", *ROW)),
    EventKind(
        "postmortem.written", "wrote {heading} of the postmortem", fields=("heading", "section", "characters", "postmortem")
    ),
    EventKind("postmortem.titled", "named the postmortem {title}", fields=("title",)),
    EventKind("postmortem.cause_named", "named a cause: {cause}", fields=("cause", "key")),
    EventKind("postmortem.cause_noted", "said more about the cause {cause}", fields=("cause", "key")),
    EventKind("postmortem.cause_dropped", "took back the cause {cause}", fields=("cause", "key")),
    EventKind("postmortem.timeline_cut", "drew {moments} moments of the timeline into the postmortem", fields=("moments",)),
    EventKind("postmortem.asked", "put the postmortem of {incident} before its approvers", fields=("incident", "content", *ROW)),
    EventKind("postmortem.returned", "took the postmortem back to its writers: {state}", fields=("state", "content")),
    EventKind(
        "postmortem.approved",
        "let the postmortem of {incident} stand as approved",
        fields=("incident", "content", "causes", *ROW),
        tone="held",
    ),
    EventKind("postmortem.revised", "opened the approved postmortem for another edition", fields=("content",), tone="warn"),
    EventKind("incident.cause_set", "set the cause of {subject}: {cause}", fields=("cause", "key")),
    EventKind("incident.closed", "closed {subject}", fields=("postmortem", "content", *ROW), tone="held"),
    EventKind("action_item.added", "asked for {what}", fields=ITEM),
    EventKind("action_item.changed", "changed what is asked for: {what}", fields=(*ITEM, "before")),
    EventKind("action_item.pointed", "pointed {what} at {target}", fields=("what", "target", "type", "id")),
    EventKind("action_item.done", "did {what}", fields=ITEM),
    EventKind("action_item.verified", "verified {what}", fields=ITEM, tone="held"),
    EventKind("action_item.back", "gave {what} back as not done", fields=ITEM, tone="warn"),
    EventKind("action_item.dropped", "dropped {what}", fields=ITEM, tone="warn"),
    EventKind("action_item.overdue", "saw that {what} is overdue", fields=ITEM, tone="warn"),
    EventKind(
        "eval_case.asked",
        "asked for the case {name} in {suite}",
        fields=("name", "suite", "incident", "postmortem"),
    ),
    EventKind("eval_case.changed", "changed what the case {name} asks for", fields=("name", "suite")),
    EventKind(
        "eval_case.ran",
        "saw the case {name} run for the first time: {outcome}",
        fields=("name", "suite", "outcome", "run", "commit", "told"),
        tone="held",
    ),
)
