"""What sections share: surfaces with the contract that held at the checkpoint, the policy of that moment, names, entries."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from governance.ledger.models import Entry
from governance.packs.sections import BUYER, Window
from governance.people.models import Team
from governance.policy import queries as policy
from governance.policy import routes
from governance.policy import rows as policy_rows
from governance.policy.models import PolicyVersion
from registry.catalog.models import Endpoint, Tool
from registry.changes.models import InForce
from registry.contracts.facts import Names
from registry.contracts.shape import Contract
from registry.packing.fields import Voice
from registry.packing.moment import as_of, batches
from registry.surfaces import facts
from registry.surfaces.models import Revision, Surface


@dataclass(frozen=True)
class Demands:
    """What a tier asks of evals, as judging takes it."""

    number: int
    eval_threshold: Any
    eval_freshness_days: int | None


@dataclass
class Held:
    """A surface at the checkpoint, with the revision that held then, if one did."""

    surface: Surface
    team: Team | None
    revision: Revision | None = None
    since: Any = None
    change_id: int | None = None

    @property
    def contract(self) -> Contract:
        """What it may do; empty where nothing held."""
        return self.revision.contract if self.revision is not None else {}


@dataclass
class Ground:
    """What a window's sections read once."""

    window: Window
    voice: Voice = field(init=False)

    def __post_init__(self) -> None:
        self.voice = Voice(self.window)

    @property
    def at(self) -> Any:
        """The moment of the checkpoint."""
        return self.window.as_of

    @property
    def gives_contracts(self) -> bool:
        """Whether whole contracts, with the words of prompts, are in this edition; a buyer gets their hashes and sheets."""
        return self.window.edition != BUYER

    @cached_property
    def version(self) -> PolicyVersion:
        """The policy that held."""
        return policy.in_force(self.at)

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """Its whole document."""
        return policy.document(self.version)

    @cached_property
    def tiers(self) -> dict[int, str]:
        """How tiers were called."""
        return {row["number"]: row["name"] for row in self.document["tiers"]}

    @cached_property
    def demands(self) -> dict[int, Demands]:
        """What tiers asked of evals."""
        return {
            row["number"]: Demands(row["number"], row["eval_threshold"], row["eval_freshness_days"])
            for row in policy_rows.tiers(self.document)
        }

    @cached_property
    def positions(self) -> dict[str, str]:
        """How positions were called."""
        return {row["key"]: row["name"] for row in self.document["positions"]}

    @cached_property
    def teams(self) -> dict[int, Team]:
        """All teams as they were."""
        return {each.pk: each for each in as_of(Team.objects.all(), self.at)}

    @cached_property
    def endpoints(self) -> dict[str, Endpoint]:
        """The endpoints of the catalogue as they were, by key, with their vendors."""
        return {each.key: each for each in as_of(Endpoint.objects.all(), self.at, beside=("vendor",))}

    @cached_property
    def tools(self) -> dict[str, Tool]:
        """The tools of the catalogue as they were, by key."""
        return {each.key: each for each in as_of(Tool.objects.all(), self.at)}

    @cached_property
    def names(self) -> Names:
        """How keys were called; people not at all where the edition leaves them out."""
        known = facts.names()
        return Names(
            endpoints={key: each.name or key for key, each in self.endpoints.items()},
            tools={key: each.name or key for key, each in self.tools.items()},
            data_classes={row["key"]: row["name"] for row in self.document["data_classes"]},
            people=known.people if self.voice.names_people else dict.fromkeys(known.people, "a colleague"),
        )

    def approvers(self, tier: int | None, contract: Contract) -> list[str]:
        """Return the positions that must agree to a change of a surface, as policy had it."""
        if tier is None:
            return []
        classes = [row["key"] for row in contract.get("inputs", {}).get("data_classes", [])]
        decides = contract.get("outputs", {}).get("decision") in {"supports", "makes"}
        regulated = routes.is_regulated(self.document, classes, decides=decides)
        route = routes.resolve(self.document, "change", tier=tier, regulated=regulated)
        return [self.positions.get(key, key) for key, _ in route.steps] if route is not None else []

    def surfaces(self, ids: Iterable[int] | None = None) -> Iterator[list[Held]]:
        """Yield the window's surfaces in batches, each with what held."""
        for part in batches(self.window.surface_ids if ids is None else ids):
            rows = as_of(Surface.objects.all(), self.at, beside=("owner", "vendor"), pk__in=part)
            records: dict[int, InForce] = {}
            steps = InForce.objects.filter(surface__in=part, since__lte=self.at).order_by("since", "pk")
            for step in steps:
                records[step.surface_id] = step
            named = {step.revision_id for step in records.values() if step.revision_id}
            revisions = Revision.objects.select_related("base").defer("base__contract").in_bulk(named)
            yield [self._held(row, records.get(row.pk), revisions) for row in rows]

    def _held(self, row: Surface, step: InForce | None, revisions: Mapping[int, Revision]) -> Held:
        team = self.teams.get(row.team_id) if row.team_id else None
        if step is None or step.revision_id is None:
            return Held(row, team)
        return Held(row, team, revisions[step.revision_id], step.since, step.change_id)

    def labels(self, part: Collection[int]) -> dict[int, Surface]:
        """Return surfaces by id as they were, for their keys and names."""
        return {each.pk: each for each in as_of(Surface.objects.all(), self.at, pk__in=part)}

    def entries(self, kinds: Collection[str], type_: str, ids: Collection[Any]) -> dict[str, int]:
        """Return the number of the newest entry of some kinds about each of some things, by its id as text."""
        found: dict[str, int] = {}
        for part in batches([str(each) for each in ids], 500):
            rows = Entry.objects.filter(kind__in=kinds, subject_type=type_, subject_id__in=part, at__lte=self.at)
            found |= dict(rows.order_by("seq").values_list("subject_id", "seq"))
        return found

    def told(self, kinds: Collection[str], type_: str, ids: Collection[Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Yield number, subject's id and payload of the entries of some kinds about some things, in their order."""
        for part in batches([str(each) for each in ids], 500):
            rows = Entry.objects.filter(kind__in=kinds, subject_type=type_, subject_id__in=part, at__lte=self.at)
            for seq, id_, body in rows.order_by("seq").values_list("seq", "subject_id", "body"):
                yield seq, id_, json.loads(body)["payload"]
