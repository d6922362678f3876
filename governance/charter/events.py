"""What the ledger says of charters."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("charter.drafted", "drafted version {number} of the charter", fields=("number", "policy", "follows")),
    EventKind("charter.edited", "edited the draft of version {number}", fields=("number",)),
    EventKind("charter.redrafted", "read anew what is held, for version {number}", fields=("number", "policy")),
    EventKind("charter.proposed", "asked for signatures under version {number}", fields=("number", "digest")),
    EventKind("charter.in_force", "version {number} came into force", fields=("number", "digest", "follows"), tone="held"),
    EventKind("charter.superseded", "version {number} was followed by version {by}", fields=("number", "by")),
    EventKind("charter.ended", "version {number} was {state}", fields=("number", "state"), tone="warn"),
)
