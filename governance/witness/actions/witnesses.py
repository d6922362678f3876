"""Who cosigns our checkpoints: named, changed, and the alarm when one has seen another ledger than ours."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.proofs import notes
from governance.witness import rules
from governance.witness.actions.keeping import faults, locked
from governance.witness.models import Standing, Witness


@action
def add_witness(*, actor: User, name: str, vkey: str, url: str) -> Witness:
    """Have a witness cosign. `url` is its submission prefix. Raises Denied, Invalid, Conflict when the key is known."""
    require(rules.may_keep(actor))
    made = Witness(name=name.strip(), vkey=vkey.strip(), url=url.strip().rstrip("/"))
    faults(vkey=rules.vkey_fault(made.vkey, notes.COSIGNATURE), url=rules.url_fault(made.url))
    told = {"name": made.name, "vkey": made.vkey, "url": made.url}
    return transitions.create(made, actor=actor, kind="witness.added", payload=told)


@action
def edit_witness(witness: Witness, *, actor: User, changes: Mapping[str, Any], expected_version: int | None = None) -> Witness:
    """Change name or address; another key is another witness. Raises as `add_witness`, StaleState."""
    now = locked(witness, actor, expected_version)
    moved = {name: str(changes[name]).strip() for name in ("name", "url") if name in changes}
    if "url" in moved:
        moved["url"] = moved["url"].rstrip("/")
        faults(url=rules.url_fault(moved["url"]))
    told = {"name": now.name, "vkey": now.vkey, "url": now.url, **moved}
    return transitions.change(now, actor=actor, kind="witness.edited", changes=moved, payload=told)


@action
def raise_alarm(witness: Witness, *, actor: User, said: str) -> Witness:
    """Write down that a witness has seen another ledger than ours. Raises StaleState when it is known already."""
    now = Witness.objects.select_for_update(of=("self",)).get(pk=witness.pk)
    if now.alarm or now.state == Standing.RETIRED:
        raise StaleState("This is known already.")
    told = {"name": now.name, "said": said}
    found: Witness = transitions.change(now, actor=actor, kind="witness.alarmed", changes={"alarm": said}, payload=told)
    return found


@action
def clear_alarm(witness: Witness, *, actor: User, reason: str, expected_version: int | None = None) -> Witness:
    """Ask a witness again after its alarm was looked into. Raises Denied, Invalid without a reason, StaleState."""
    now = locked(witness, actor, expected_version)
    if not now.alarm:
        raise StaleState("There is no alarm of this witness.", fix="Reload it.")
    if not reason.strip():
        raise Invalid("Say what was found out.", fields={"reason": ["This is needed."]})
    told = {"name": now.name}
    return transitions.change(
        now, actor=actor, kind="witness.cleared", changes={"alarm": ""}, payload=told, reason=reason.strip()
    )
