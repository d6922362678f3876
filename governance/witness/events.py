"""What the ledger says of targets, witnesses and watched logs: what people decided, and what a witness refused."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("publication.added", "had checkpoints published to {name}", fields=("name", "kind", "to")),
    EventKind("publication.edited", "changed the target {name}", fields=("name", "kind", "to")),
    EventKind("publication.paused", "paused publishing to {name}", fields=("name",), tone="warn"),
    EventKind("publication.resumed", "resumed publishing to {name}", fields=("name",)),
    EventKind("publication.retired", "ended publishing to {name}", fields=("name",), tone="warn"),
    EventKind("publication.asked", "had the newest checkpoint published to {name}", fields=("name",)),
    EventKind("witness.added", "named the witness {name}", fields=("name", "vkey", "url"), tone="held"),
    EventKind("witness.edited", "changed the witness {name}", fields=("name", "vkey", "url")),
    EventKind("witness.paused", "asks the witness {name} no more for now", fields=("name",), tone="warn"),
    EventKind("witness.resumed", "asks the witness {name} again", fields=("name",)),
    EventKind("witness.retired", "ended asking the witness {name}", fields=("name",), tone="warn"),
    EventKind("witness.alarmed", "was told by the witness {name}: {said}", fields=("name", "said"), tone="stop"),
    EventKind("witness.cleared", "looked into the alarm of the witness {name}", fields=("name",), tone="warn"),
    EventKind("watched_log.added", "cosigns the log {origin}", fields=("origin", "vkeys"), tone="held"),
    EventKind("watched_log.edited", "changed how the log {origin} is known", fields=("origin", "vkeys")),
    EventKind("watched_log.paused", "cosigns the log {origin} no more for now", fields=("origin",), tone="warn"),
    EventKind("watched_log.resumed", "cosigns the log {origin} again", fields=("origin",)),
    EventKind("witness.key_made", "made the key by which other logs are cosigned", fields=("vkey",), tone="held"),
)
