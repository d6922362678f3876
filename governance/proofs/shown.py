"""What the tree contributes: a tab beside the ledger, its API, the footing of every page, and the proof on an entry's page."""

from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

import governance.proofs.background  # noqa: F401 - contributes itself
from governance.core.contributions import ApiRoute, ObjectLink, PaletteCommand, contribute
from governance.ledger.models import Entry
from governance.proofs import offline, queries
from governance.ui.extensions import FamilyTab, Footing, ObjectPanel


def covered() -> str:
    """Say how far the ledger reaches, and how far it is sealed."""
    last, sealed = queries.reach()
    if not last:
        return ""
    said = "and sealed" if sealed == last else f"sealed up to {sealed:,}" if sealed else "not sealed yet"
    return f"Recorded in the ledger up to entry {last:,}, {said}"


def _proof(user: Any, entry: Entry) -> dict[str, Any]:
    checkpoint = queries.latest()
    if checkpoint is None or checkpoint.size < entry.seq:
        return {"waits": True}
    first = queries.covering(entry.seq)
    wrong = offline.holds(entry, checkpoint)
    return {"checkpoint": checkpoint, "first": first, "wrong": wrong, "entry": entry}


def _key_url(pk: str) -> str:
    return reverse("ledger-keys")


contribute(Footing("ledger", covered, lambda user: reverse("checkpoints"), "Check it offline"))
contribute(FamilyTab("checkpoints", "ledger", "Checkpoints", "checkpoints", order=20))
contribute(ObjectPanel("proofs.entry", "governance.entry", "governance/proofs/_entry.html", _proof, aside=False, order=10))
contribute(ObjectLink("governance.ledgerkey", _key_url))
contribute(ApiRoute("checkpoints", "checkpoints", load=lambda: import_string("governance.proofs.api.CheckpointApi")))
contribute(ApiRoute("ledger", "ledger", load=lambda: import_string("governance.proofs.api.LedgerApi"), basename="ledger"))
contribute(
    PaletteCommand(
        "checkpoints",
        "Checkpoints of the ledger",
        lambda user: reverse("checkpoints"),
        words="merkle tree sealed signed root proof offline",
        icon="ledger",
    )
)
contribute(
    PaletteCommand(
        "ledger-keys", "Keys of the ledger", lambda user: reverse("ledger-keys"), words="vkey sign rotate pin public", icon="key"
    )
)
