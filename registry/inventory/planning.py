"""What of a file is new here: steps that can be taken, each by itself. Reads the catalogue and writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.text import slugify

from governance.core.verdict import ALLOW, Verdict
from governance.people.models import User
from registry.catalog import rules as catalog
from registry.catalog.models import CatalogState, Endpoint, Vendor
from registry.inventory.models import Inventory
from registry.surfaces import rules as surfaces
from registry.usage.models import UsageAlias

ENDPOINT, ENDS, ALIAS, REGISTRATION = "endpoint", "ends", "alias", "registration"
PROVIDERS: Mapping[str, str] = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "azure": "Microsoft Azure",
    "azure_ai": "Microsoft Azure",
    "bedrock": "Amazon Bedrock",
    "sagemaker": "Amazon SageMaker",
    "vertex_ai": "Google Vertex AI",
    "gemini": "Google",
    "mistral": "Mistral AI",
    "hosted_vllm": "Self-hosted (vLLM)",
    "ollama": "Self-hosted (Ollama)",
}
"""What LiteLLM calls providers, and how a vendor is named that is added for one."""


@dataclass(frozen=True)
class Step:
    """One thing that could be done: its id ("endpoint:3"), what it is, in words, whether it is chosen at first and may be."""

    id: str
    kind: str
    title: str
    detail: str = ""
    chosen: bool = True
    verdict: Verdict = ALLOW
    line: Mapping[str, str] = field(default_factory=dict)
    thing: Any = None
    vendor: Vendor | None = None
    ends: date | None = None
    needs: str = ""


@dataclass
class Plan:
    """All steps of an inventory, how many lines are here already as they are, and endpoints that the provider no longer lists."""

    steps: list[Step]
    known: int
    gone: list[Endpoint]


def plan(inventory: Inventory, user: User) -> Plan:
    """Return what of an inventory is new."""
    held = _Held(inventory, user)
    steps: list[Step] = []
    known = 0
    for place, line in enumerate(inventory.lines):
        found = held.matching(line)
        new = held.endpoint(place, line) if not found else None
        ends = [step for each in found if (step := held.ends(place, line, each)) is not None]
        steps += [new] if new is not None else ends
        known += bool(found) and not ends
    steps += [*held.aliases(inventory.lines), *held.registrations(inventory)]
    return Plan(steps, known, held.gone(inventory))


class _Held:
    """What is in the registry, read once for all lines."""

    def __init__(self, inventory: Inventory, user: User) -> None:
        self.user, self.vendor = user, inventory.vendor
        self.vendors = list(Vendor.objects.all())
        rows = Endpoint.objects.select_related("vendor", "owner").exclude(state=CatalogState.RETIRED)
        self.by_model: dict[str, list[Endpoint]] = {}
        for row in rows:
            self.by_model.setdefault(row.model.casefold(), []).append(row)
        self.names = set(UsageAlias.objects.filter(attribute="model").values_list("value", flat=True))

    def vendor_of(self, line: Mapping[str, str]) -> Vendor | None:
        """Return whose model it is: the one named for the file, else one that is called like the provider."""
        if self.vendor is not None:
            return self.vendor
        said = {slugify(line["provider"]), slugify(PROVIDERS.get(line["provider"], line["provider"]))} - {""}
        return next((each for each in self.vendors if {each.key, slugify(each.name)} & said), None)

    def matching(self, line: Mapping[str, str]) -> list[Endpoint]:
        """Return the endpoints that a line means: of its vendor where that is known, in its region where it says one."""
        vendor, rows = self.vendor_of(line), self.by_model.get(line["model"].casefold(), [])
        if vendor is None and line["provider"]:
            return []
        rows = [each for each in rows if vendor is None or each.vendor_id == vendor.pk]
        region = line["region"].casefold()
        return [each for each in rows if not region or not each.region or each.region.casefold() == region]

    def endpoint(self, place: int, line: Mapping[str, str]) -> Step:
        """Return the step that proposes a new endpoint, and its vendor where that is new too."""
        vendor = self.vendor_of(line)
        whose = vendor.name if vendor else PROVIDERS.get(line["provider"], line["provider"])
        parts = [
            whose and (whose if vendor else f"{whose}, a new vendor"),
            line["region"],
            line["group"] and f"asked for as {line['group']}",
        ]
        return Step(
            id=f"{ENDPOINT}:{place}",
            kind=ENDPOINT,
            title=f"Propose the endpoint {line['name'] or line['model']}",
            detail=" · ".join(part for part in (*parts, line["ends"] and f"ends {line['ends']}") if part),
            chosen=self.vendor is None and bool(whose),
            verdict=catalog.may_add(self.user) if whose else Verdict(False, "The file does not say whose model it is."),
            line=line,
            vendor=vendor,
        )

    def ends(self, place: int, line: Mapping[str, str], endpoint: Endpoint) -> Step | None:
        """Return the step that takes over on which day an endpoint's model is taken away, None where that is known."""
        day = date.fromisoformat(line["ends"]) if line["ends"] else None
        if day is None or endpoint.deprecates_on == day:
            return None
        before = f"so far {endpoint.deprecates_on.isoformat()}" if endpoint.deprecates_on else "so far no day is known"
        return Step(
            id=f"{ENDS}:{place}:{endpoint.key}",
            kind=ENDS,
            title=f"{endpoint.name} ends on {day.isoformat()}",
            detail=before,
            verdict=catalog.may_edit(self.user, endpoint),
            line=line,
            thing=endpoint,
            ends=day,
        )

    def aliases(self, lines: Sequence[Mapping[str, str]]) -> list[Step]:
        """Return the steps that say which endpoint a router's group means, where it is one and has another name."""
        groups: dict[str, list[int]] = {}
        for place, line in enumerate(lines):
            if line["group"]:
                groups.setdefault(line["group"], []).append(place)
        return [
            self._alias(group, places[0], lines[places[0]])
            for group, places in groups.items()
            if self._is_one(group, places, lines)
        ]

    def _is_one(self, group: str, places: Sequence[int], lines: Sequence[Mapping[str, str]]) -> bool:
        one = lines[places[0]]
        return len(places) == 1 and group not in self.names and group != one["model"] and len(self.matching(one)) <= 1

    def _alias(self, group: str, place: int, line: Mapping[str, str]) -> Step:
        endpoint = next(iter(self.matching(line)), None)
        named = endpoint.name if endpoint else line["model"]
        return Step(
            id=f"{ALIAS}:{place}",
            kind=ALIAS,
            title=f"Programs that ask for {group} mean {named}",
            detail="An alias by which observed calls are matched.",
            verdict=catalog.may_edit(self.user, endpoint) if endpoint else catalog.may_add(self.user),
            line=line,
            thing=endpoint,
            needs="" if endpoint else f"{ENDPOINT}:{place}",
        )

    def registrations(self, inventory: Inventory) -> list[Step]:
        """Return the steps that begin to register a surface for each of a router's groups."""
        if inventory.kind != Inventory.Kind.LITELLM:
            return []
        groups: dict[str, list[Mapping[str, str]]] = {}
        for line in inventory.lines:
            if line["group"]:
                groups.setdefault(line["group"], []).append(line)
        return [
            Step(
                id=f"{REGISTRATION}:{number}",
                kind=REGISTRATION,
                title=f"Begin to register what asks for {group}",
                detail=f"Routed to {', '.join(sorted({line['model'] for line in rows}))[:300]}",
                chosen=False,
                verdict=surfaces.may_register(self.user),
                line={"group": group, "models": ", ".join(sorted({line["model"] for line in rows}))[:1000]},
            )
            for number, (group, rows) in enumerate(groups.items())
        ]

    def gone(self, inventory: Inventory) -> list[Endpoint]:
        """Return the endpoints of a provider whose models its list does not name."""
        if inventory.kind != Inventory.Kind.PROVIDER:
            return []
        listed = {line["model"].casefold() for line in inventory.lines}
        rows = (each for model, some in self.by_model.items() if model not in listed for each in some)
        return sorted((each for each in rows if each.vendor_id == inventory.vendor_id), key=lambda each: each.name)
