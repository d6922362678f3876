"""What the ledger says of imports. Each row has its own entry; these tell of the import as a whole."""

from governance.ledger.kinds import EventKind, register

_WHOLE = ("file", "sha256", "target", "new", "changed", "same", "refused", "all_or_nothing")

register(
    EventKind("import.committed", "imported {file}: {new} new, {changed} changed, {refused} refused", fields=_WHOLE),
    EventKind(
        "import.undone",
        "undid the import of {file}: {removed} removed, {reverted} changed back, {kept} kept",
        fields=("file", "removed", "reverted", "kept"),
        tone="warn",
    ),
    EventKind("import_profile.saved", "saved the mapping {name}", fields=("name", "target")),
    EventKind("import_profile.removed", "removed the mapping {name}", fields=("name",)),
    EventKind("surface.import_undone", "undid what import {batch} had done to it", fields=("name", "batch"), tone="warn"),
    EventKind("vendor.import_undone", "undid what import {batch} had done to it", fields=("name", "batch"), tone="warn"),
)
