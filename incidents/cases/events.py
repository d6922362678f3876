"""What the ledger says of incidents as records. Of a timeline entry it keeps its number and digest, never its words."""

from governance.ledger.kinds import EventKind, register

ROW = ("row", "digest")
"""The timeline entry that an event wrote: its id and the SHA-256 over what it says."""

register(
    EventKind(
        "incident.reported",
        "reported {subject}",
        fields=("source", "surface", "category", "near_miss", *ROW),
        tone="stop",
    ),
    EventKind("incident.imported", "took over {subject} from a file", fields=("source", "surface", "category", "near_miss")),
    EventKind("incident.noted", "added to the timeline of {subject}: {about}", fields=("about", "corrects", *ROW)),
    EventKind(
        "incident.followed", "saw on the timeline of {subject} what the ledger tells of: {about}", fields=("about", "of", *ROW)
    ),
)
