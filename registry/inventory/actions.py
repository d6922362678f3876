"""The only writers of inventories: read a file, take over what is chosen of it, discard it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from governance.core.digest import sha256
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint, Vendor
from registry.inventory import planning, reading, rules
from registry.inventory.models import Inventory
from registry.inventory.planning import ALIAS, ENDPOINT, ENDS, PROVIDERS, Step
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Pattern
from registry.usage.aliases import actions as aliases

State = Inventory.State


@action
def read(*, actor: User, kind: str, data: bytes, file_name: str, vendor: Vendor | None = None) -> Inventory:
    """Read a file; nothing is drafted yet, and the file is not kept. `vendor` is needed for a provider's list.

    Raises Denied, Invalid for a file that is not of its kind, TooLarge.
    """
    require(rules.may_read(actor))
    if kind not in Inventory.Kind.values:
        raise Invalid("Say what kind of file it is.", fields={"kind": [f"One of {', '.join(Inventory.Kind.values)}."]})
    if kind == Inventory.Kind.PROVIDER and vendor is None:
        raise Invalid("Say whose list of models it is.", fields={"vendor": ["Needed for a provider's list."]})
    lines, secrets = reading.read(kind, data, file_name)
    made = Inventory(
        kind=kind,
        file_name=(file_name or "models")[:200],
        digest=sha256(data),
        vendor=vendor if kind == Inventory.Kind.PROVIDER else None,
        by=actor,
        lines=lines,
        secrets=secrets,
    )
    said = {
        "file": made.file_name,
        "sort": made.get_kind_display(),
        "digest": made.digest,
        "models": len(lines),
        "secrets": secrets,
        "vendor": vendor.key if vendor else "",
    }
    return transitions.create(made, actor=actor, kind="inventory.read", payload=said)


@action
def take(inventory: Inventory, *, actor: User, steps: Collection[str], expected_version: int | None = None) -> Inventory:
    """Take over the chosen steps of an inventory, all or none, through the actions of what each makes.

    Endpoints and vendors are proposed, registrations begun: each is decided where it belongs. Raises Denied, StaleState,
    Invalid for a step that there is not (any more), and what the steps' own actions raise.
    """
    require(rules.may_take(actor, inventory))
    offered = {step.id: step for step in planning.plan(inventory, actor).steps}
    if missing := sorted(set(steps) - set(offered)):
        raise Invalid(f"There is no step {missing[0][:60]}.", fix="Look at it again: the registry has changed since.")
    chosen = [step for key, step in offered.items() if key in set(steps)]
    if not chosen:
        raise Invalid("Nothing is chosen.", fields={"steps": ["Choose at least one."]})
    taking = _Taking(inventory, actor)
    made = [{"step": step.kind, "title": step.title, "key": taking.do(step)} for step in chosen]
    said = {"file": inventory.file_name, "count": len(made), "things": [each["key"] for each in made][:100]}
    return transitions.change(
        inventory, actor=actor, kind="inventory.taken", changes={"state": State.TAKEN, "made": made},
        expected={"state": State.READ}, expected_version=expected_version, payload=said,
    )  # fmt: skip


@action
def discard(inventory: Inventory, *, actor: User, expected_version: int | None = None) -> Inventory:
    """Take nothing over. Raises Denied, StaleState."""
    require(rules.may_take(actor, inventory))
    return transitions.change(
        inventory, actor=actor, kind="inventory.discarded", changes={"state": State.DISCARDED},
        expected={"state": State.READ}, expected_version=expected_version, payload={"file": inventory.file_name},
    )  # fmt: skip


class _Taking:
    """One run over chosen steps: remembers the vendors and endpoints that it made, for the steps after them."""

    def __init__(self, inventory: Inventory, actor: User) -> None:
        self.inventory, self.actor = inventory, actor
        self.vendors: dict[str, Vendor] = {}
        self.endpoints: dict[str, Endpoint] = {}

    def do(self, step: Step) -> str:
        """Take one step and return the key of what came of it."""
        require(step.verdict)
        if step.kind == ENDPOINT:
            made = self.endpoints[step.id] = self._endpoint(step)
            return str(made.key)
        if step.kind == ENDS:
            why = f"From {self.inventory.key}, {self.inventory.file_name}."
            return str(catalog.change_item(step.thing, actor=self.actor, deprecates_on=step.ends, reason=why).key)
        if step.kind == ALIAS:
            endpoint = step.thing or self.endpoints.get(step.needs)
            if endpoint is None:
                raise Invalid(f"{step.title}: that endpoint is not there yet.", fix="Choose to propose the endpoint as well.")
            return aliases.make(actor=self.actor, attribute="model", value=step.line["group"], endpoint=endpoint).key
        return self._registration(step)

    def _endpoint(self, step: Step) -> Endpoint:
        line = step.line
        facts: dict[str, Any] = {"region": line["region"], "account_ref": line["account"], "key_ref": line["key_ref"]}
        if line["ends"]:
            facts["deprecates_on"] = date.fromisoformat(line["ends"])
        vendor = step.vendor or self._vendor(line["provider"])
        return catalog.add_endpoint(
            actor=self.actor,
            name=line["name"] or " ".join(part for part in (line["model"], line["region"]) if part),
            vendor=vendor,
            model=line["model"],
            notes=f"Drafted from {self.inventory.key}, {self.inventory.file_name}.",
            **facts,
        )

    def _vendor(self, provider: str) -> Vendor:
        name = PROVIDERS.get(provider, provider)
        if name not in self.vendors:
            self.vendors[name] = catalog.add_vendor(actor=self.actor, name=name)
        return self.vendors[name]

    def _registration(self, step: Step) -> str:
        group = step.line["group"]
        draft = surfaces.begin_registration(actor=self.actor)
        given = {
            "name": " ".join(group.replace("-", " ").replace("_", " ").split()).capitalize(),
            "purpose": f"Asks the gateway for {group}, which is routed to {step.line['models']}. Say what it is for.",
            "pattern": Pattern.HYBRID_ROUTER.value,
            "source": self.inventory.key,
        }
        surfaces.keep_answers(draft, actor=self.actor, step="what", given=given)
        return f"draft {draft.pk}"
