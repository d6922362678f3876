"""Surfaces over REST, through the same queries, filters and actions as the pages."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter

from governance.api.input import NoInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid, NotVisible
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.contracts.lookalikes import lookalikes
from registry.surfaces import actions, queries, raci, rules
from registry.surfaces.api import inputs, outputs, resolve
from registry.surfaces.filters import SurfaceFilters
from registry.surfaces.models import Draft, OwnerTransfer, Revision, Surface


class SurfaceApi(ActionViewSet):
    """Surfaces: every place where the company calls a model, or lets one act."""

    model = Surface
    serializer_class = outputs.SurfaceOutput
    list_serializer_class = outputs.SurfaceRow
    filterset_class = SurfaceFilters
    ordering_fields = {
        "key": "pk", "name": "name", "tier": "tier", "state": "state", "owner": "owner__name", "team": "team__name",
        "review_on": "review_on", "created_at": "created_at", "updated_at": "updated_at",
    }  # fmt: skip
    ordering = "name"
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[Surface]:
        """Return the surfaces that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Surface.objects.none()
        return queries.rows(self.request.user)

    def get_object(self) -> Surface:
        """Return the surface of the address by its key. Raises NotVisible."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(inputs.SurfaceInput)
    def create(self, data: Mapping[str, Any]) -> Surface:
        """Register a surface."""
        return actions.register(actor=self.actor, source="api", **resolve.records(data, self.actor))

    @updates(inputs.SurfacePatch)
    def partial_update(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> Surface:
        """Change facts of a surface."""
        return actions.edit(surface, actor=self.actor, expected_version=expected_version, **resolve.records(data, self.actor))

    @acts("tier", inputs.TierInput)
    def set_tier(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> Surface:
        """Set the tier of a surface."""
        return actions.set_tier(surface, actor=self.actor, expected_version=expected_version, **data)

    @acts("state", inputs.StateInput)
    def move(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> Surface:
        """Take a step of a surface's life."""
        return actions.move(surface, actor=self.actor, expected_version=expected_version, **data)

    @acts("owner", inputs.OwnerInput)
    def assign_owner(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> Surface:
        """Name the owner of a surface without asking them."""
        given = resolve.records(data, self.actor)
        return actions.assign_owner(surface, actor=self.actor, expected_version=expected_version, **given)

    @acts("transfers", inputs.TransferInput, output=outputs.TransferOutput, status=201)
    def ask_transfer(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> OwnerTransfer:
        """Ask somebody to take a surface over."""
        receiver = resolve.person(data["receiver"], "receiver", self.actor)
        return actions.ask_transfer(
            surface, actor=self.actor, receiver=receiver, reason=data.get("reason", ""), expected_version=expected_version
        )

    @lists("revisions", output=outputs.RevisionRow, ordering_fields={"number": "number"}, ordering="-number")
    def revisions(self, surface: Surface) -> QuerySet[Revision]:
        """The revisions of a surface's contract."""
        return surface.revisions.select_related("author").defer("contract")

    @reads("revisions/(?P<number>[0-9]{1,9})", output=outputs.RevisionOutput)
    def revision(self, surface: Surface) -> Revision:
        """One revision with its contract."""
        number = int(self.kwargs["number"])
        found = surface.revisions.select_related("author", "base", "policy_version").filter(number=number).first()
        if found is None:
            raise NotVisible(f"There is no revision {number}.", fix="Look at the list of revisions.")
        return found

    @reads("draft", output=outputs.DraftOutput)
    def draft(self, surface: Surface) -> Draft:
        """The draft of a surface's contract."""
        found = queries.contract_draft(surface)
        if found is None:
            raise NotVisible("Nobody is drafting a contract for this surface.", fix="PUT one.")
        return found

    @acts("draft", inputs.DraftInput, method="put", output=outputs.DraftOutput, if_match="none")
    def save_draft(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> Draft:
        """Keep a contract as the draft; it may be incomplete, not wrong."""
        return actions.save_draft(
            surface, actor=self.actor, contract=data["contract"], expected_version=data.get("draft_version")
        )

    @acts("draft", NoInput, method="delete", status=204, if_match="none")
    def discard_draft(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> None:
        """Throw the draft away."""
        actions.discard_draft(self.draft_of(surface), actor=self.actor)

    def draft_of(self, surface: Surface) -> Draft:
        """Return the draft. Raises NotVisible when there is none."""
        found = queries.contract_draft(surface)
        if found is None:
            raise NotVisible("Nobody is drafting a contract for this surface.")
        return found

    @reads("raci", output=outputs.RaciLineOutput, many=True)
    def raci(self, surface: Surface) -> list[dict[str, Any]]:
        """Who decides what: the surface's own rows, else the defaults of its tier."""
        return matrix(surface)

    @acts("raci", inputs.RaciInput, method="put", output=outputs.RaciLineOutput, many=True)
    def set_raci(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> list[dict[str, Any]]:
        """Set one row of the matrix, or go back to what the tier says."""
        decision = data["decision"]
        if data.get("default"):
            actions.reset_raci(surface, actor=self.actor, decision=decision, expected_version=expected_version)
        else:
            row = {letter: [raci.party(token) for token in data.get(letter, ())] for letter in raci.LETTERS}
            actions.set_raci(surface, actor=self.actor, decision=decision, row=row, expected_version=expected_version)
        return matrix(surface)

    @reads("shares", output=outputs.ShareOutput, many=True)
    def shares(self, surface: Surface) -> list[dict[str, Any]]:
        """With whom a surface is shared beside its team."""
        return shared(surface)

    @acts("shares", inputs.ShareInput, output=outputs.ShareOutput, many=True, if_match="none")
    def share(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> list[dict[str, Any]]:
        """Share a surface with a person or a team."""
        level = rules.EDIT if data.get("may_edit") else rules.VIEW
        actions.share(surface, actor=self.actor, with_=resolve.party(data, self.actor), permission=level)
        return shared(surface)

    @acts("shares/removal", inputs.UnshareInput, output=outputs.ShareOutput, many=True, if_match="none")
    def unshare(self, surface: Surface, data: Mapping[str, Any], expected_version: int | None) -> list[dict[str, Any]]:
        """No longer share a surface with a person or a team."""
        actions.unshare(surface, actor=self.actor, with_=resolve.party(data, self.actor))
        return shared(surface)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, surface: Surface) -> Any:
        """What happened to a surface."""
        return entries_for(surface)

    @reads(
        "look-alikes",
        output=outputs.LookAlikeOutput,
        many=True,
        detail=False,
        parameters=[
            OpenApiParameter("name", {"type": "string", "maxLength": 400}, required=True),
            OpenApiParameter("purpose", {"type": "string", "maxLength": 20_000}),
        ],
    )
    def look_alikes(self) -> list[dict[str, Any]]:
        """Surfaces that look like one of this name and purpose."""
        name, purpose = (self.request.query_params.get(field, "")[:20_000] for field in ("name", "purpose"))
        if not name.strip():
            raise Invalid("A name is needed to compare.", fields={"name": ["Give a name."]})
        found = lookalikes(name[:400], purpose, queries.candidates(self.request.user))
        rows = {row.pk: row for row in self.get_queryset().filter(pk__in=[one.id for one in found])}
        return [
            {"key": rows[one.id].key, "name": rows[one.id].name, "score": one.score, "why": one.why}
            for one in found
            if one.id in rows
        ]


def matrix(surface: Surface) -> list[dict[str, Any]]:
    """Return the RACI as the API shows it."""
    return [
        {
            "decision": line.decision,
            **{letter: [who.token for who in line.row.get(letter, ())] for letter in raci.LETTERS},
            "is_default": line.is_default,
        }
        for line in queries.raci_of(surface)
    ]


def shared(surface: Surface) -> list[dict[str, Any]]:
    """Return the shares as the API shows them."""
    return [
        {"with": f"{'person' if hasattr(with_, 'ref') else 'team'}:{with_.key}", "may_edit": level == rules.EDIT}
        for with_, level in queries.shares_of(surface)
    ]
