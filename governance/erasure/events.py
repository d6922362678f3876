"""What the ledger says of erasures. Nobody is named: a person by reference, an address not at all."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("erasure.asked", "recorded the request {subject} to be erased", fields=("person", "basis", "asked_on", "due_on")),
    EventKind("erasure.done", "erased a person by {subject}", fields=("person", "stores", "parts"), tone="held"),
    EventKind("erasure.refused", "refused the request {subject} to be erased", fields=("person",)),
    EventKind("erasure.withdrawn", "withdrew the request {subject} to be erased", fields=("person",)),
)
