"""What the ledger says of assets."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("asset.registered", "registered {name}", fields=("name", "kind", "contract_key", "surface", "owner")),
    EventKind("asset.changed", "changed the facts", fields=()),
    EventKind("asset.owner_set", "gave it another owner", fields=("to", "before")),
    EventKind("asset.shared", "let every surface name it", fields=("surface",)),
    EventKind(
        "asset.version_recorded",
        "recorded version {label}",
        fields=("label", "number", "digest", "digest_of", "revision", "commit"),
    ),
    EventKind("asset.noted", "noted what revision {number} names", fields=("number", "versions")),
    EventKind("asset.retired", "retired it", fields=("before",), tone="warn"),
)
