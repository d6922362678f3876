"""What the ledger says of company files."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "company.imported", "brought a company file in: {added} added, {changed} changed", fields=("added", "changed", "sha256")
    )
)
