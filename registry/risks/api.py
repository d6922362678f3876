"""The register over REST: add, read, change, decide, link, and the heat map."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid, NotVisible
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.lookups import person
from registry.risks import actions, queries, rules
from registry.risks.models import Risk
from registry.risks.tables import RiskFilters
from registry.surfaces import queries as surfaces


class RiskRow(Output):
    """A risk as a row of the register."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref")
    surface = serializers.CharField(source="surface.key", allow_null=True, help_text="None: a risk of the company.")

    class Meta:
        model = Risk
        fields: tuple[str, ...] = (
            "key",
            "title",
            "area",
            "surface",
            "owner",
            "likelihood",
            "impact",
            "score",
            "treatment",
            "review_on",
            "state",
            "version",
            "updated_at",
        )


class RiskOutput(RiskRow):
    """A risk with what is defined about it, what shows it, and what it is linked with as far as the caller sees that."""

    band = serializers.SerializerMethodField()
    controls = serializers.ListField(child=serializers.CharField())
    surfaces = serializers.SerializerMethodField()
    proofs = serializers.SerializerMethodField()

    class Meta(RiskRow.Meta):
        fields = (
            *RiskRow.Meta.fields,
            "band",
            "defined",
            "evidence",
            "plan",
            "controls",
            "state_reason",
            "surfaces",
            "proofs",
            "created_at",
        )

    def get_band(self, risk: Risk) -> str:
        """How high it is: low, moderate, high or severe."""
        return rules.band(risk.score)[0]

    def get_surfaces(self, risk: Risk) -> list[str]:
        """Keys of the further surfaces that it is about."""
        return [each.key for each in queries.linked_surfaces(self.context["request"].user, risk)[0]]

    def get_proofs(self, risk: Risk) -> list[str]:
        """Keys of the evidence attached to it."""
        return [each.key for each in queries.proofs(self.context["request"].user, risk)]


class Step(serializers.IntegerField):
    """One of the five steps of a scale."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=5, **kwargs)


class RiskChange(Input):
    """What of a risk changes. A higher score than the accepted one opens it again."""

    title = Name(required=False)
    area = Name(required=False, max_length=40, help_text="Key of a risk area of the policy.")
    likelihood = Step(required=False)
    impact = Step(required=False)
    defined = Prose(required=False, max_length=4000)
    evidence = Prose(required=False, max_length=4000)
    treatment = serializers.ChoiceField(required=False, choices=Risk.Treatment.choices)
    plan = Prose(required=False, max_length=4000)
    controls = serializers.ListField(
        required=False, child=serializers.CharField(max_length=60), max_length=100, help_text="Keys of controls of the policy."
    )
    review_on = serializers.DateField(required=False)
    example = {"plan": "Card numbers are masked before the call; Noor shows the rate each month.", "likelihood": 2}


class RiskInput(RiskChange):
    """What a risk is registered with."""

    title = Name()
    area = Name(max_length=40, help_text="Key of a risk area of the policy.")
    likelihood = Step()
    impact = Step()
    surface = Name(required=False, max_length=40, help_text="The surface's key. Left out: a risk of the company.")
    owner = Name(required=False, max_length=254, help_text="Reference or address; the caller when left out.")
    example = {"title": "Card numbers in free text", "area": "data_exposure", "likelihood": 3, "impact": 4}


class ReasonedInput(Input):
    """Why."""

    reason = Prose(required=False, default="", max_length=2000, help_text="Needed to close, and to accept from 10 of 25 on.")
    example = {"reason": "Two people read each answer until the filter is in place."}


class ReviewInput(Input):
    """How a risk stands now, and when it is looked at again (in a quarter when left out)."""

    likelihood = Step()
    impact = Step()
    review_on = serializers.DateField(required=False)
    reason = Prose(required=False, default="", max_length=2000)
    example = {"likelihood": 2, "impact": 3, "reason": "Masked since June."}


class OwnerInput(Input):
    """Who answers for it from now on."""

    owner = Name(max_length=254, help_text="Reference or e-mail address of an active person.")
    reason = Prose(required=False, default="", max_length=2000)
    example = {"owner": "noor@example.org"}


class LinkInput(Input):
    """A further surface, or a piece of evidence: one of them."""

    surface = Name(required=False, max_length=40, help_text="The surface's key, such as S-0418.")
    evidence = Name(required=False, max_length=40, help_text="The evidence's key, such as EV-12.")
    example = {"surface": "S-0418"}


class CellOutput(serializers.Serializer[Any]):
    """How many risks have one likelihood and one impact."""

    likelihood = serializers.IntegerField()
    impact = serializers.IntegerField()
    band = serializers.CharField()
    count = serializers.IntegerField()


SCOPE = [OpenApiParameter("surface", str, description="Key of a surface; left out: all that the caller sees.")]


class RiskApi(ActionViewSet):
    """The risk register: what could go wrong, for the company or one surface, who answers for it, and what is done."""

    model = Risk
    serializer_class = RiskOutput
    list_serializer_class = RiskRow
    filterset_class = RiskFilters
    ordering_fields = {"score": "score", "title": "title", "review_on": "review_on", "registered": "pk"}
    ordering = "-score"
    lookup_field = "key"
    required_scopes = {"read": ("controls:read",), "write": ("controls:write",)}

    def get_queryset(self) -> QuerySet[Risk]:
        """Return the risks that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Risk.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Risk:
        """Return the risk of the address (R-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(RiskInput)
    def create(self, data: dict[str, Any]) -> Risk:
        """Register a risk of a surface, or of the company."""
        given = dict(data)
        if key := given.pop("surface", ""):
            given["surface"] = surfaces.get(self.actor, key)
        if said := given.pop("owner", ""):
            given["owner"] = person(said, field="owner")
        return actions.register(actor=self.actor, **given)

    @updates(RiskChange)
    def partial_update(self, risk: Risk, data: dict[str, Any], expected_version: int | None) -> Risk:
        """Change what a risk says."""
        return actions.edit(risk, actor=self.actor, expected_version=expected_version, **data)

    @acts("acceptance", ReasonedInput)
    def accept(self, risk: Risk, data: dict[str, Any], expected_version: int | None) -> Risk:
        """Take a risk as it is; from 10 of 25 on with a reason."""
        return actions.accept(risk, actor=self.actor, expected_version=expected_version, **data)

    @acts("closure", ReasonedInput)
    def close(self, risk: Risk, data: dict[str, Any], expected_version: int | None) -> Risk:
        """Say that it cannot happen any more, and why."""
        return actions.close(risk, actor=self.actor, expected_version=expected_version, **data)

    @acts("reopening", ReasonedInput)
    def reopen(self, risk: Risk, data: dict[str, Any], expected_version: int | None) -> Risk:
        """Open an accepted or closed risk again."""
        return actions.reopen(risk, actor=self.actor, expected_version=expected_version, **data)

    @acts("reviews", ReviewInput)
    def review(self, risk: Risk, data: dict[str, Any], expected_version: int | None) -> Risk:
        """Record that a risk was looked at, and how it stands now."""
        return actions.review(risk, actor=self.actor, expected_version=expected_version, **data)

    @acts("owner", OwnerInput, method="put")
    def give(self, risk: Risk, data: dict[str, Any], expected_version: int | None) -> Risk:
        """Name who answers for a risk from now on."""
        to = person(data["owner"], field="owner")
        return actions.give_owner(risk, actor=self.actor, to=to, expected_version=expected_version, reason=data["reason"])

    @acts("links", LinkInput, status=201)
    def link(self, risk: Risk, data: dict[str, Any], expected_version: int | None) -> Risk:
        """Link a further surface, or attach evidence."""
        what, found = self._linked(data)
        if what == "surface":
            actions.link_surface(risk, found, actor=self.actor)
        else:
            actions.attach_evidence(risk, found, actor=self.actor)
        return risk

    @acts("unlinks", LinkInput)
    def unlink(self, risk: Risk, data: dict[str, Any], expected_version: int | None) -> Risk:
        """Take the link to a surface, or evidence, off a risk."""
        what, found = self._linked(data)
        if what == "surface":
            actions.unlink_surface(risk, found, actor=self.actor)
        else:
            actions.detach_evidence(risk, found, actor=self.actor)
        return risk

    def _linked(self, data: dict[str, Any]) -> tuple[str, Any]:
        """Return what a body names. Raises Invalid unless it names one thing that the caller sees."""
        named = [name for name in ("surface", "evidence") if data.get(name)]
        if len(named) != 1:
            said = "Name a surface or a piece of evidence: one of them."
            raise Invalid(said, fix="Send one link at a time.", fields={"surface": [said]})
        if named[0] == "surface":
            return "surface", surfaces.get(self.actor, data["surface"])
        number = data["evidence"].upper().removeprefix("EV-")
        known = number.isdecimal() and len(number) < 19
        found = queries.evidence_door(self.actor).filter(pk=int(number)).first() if known else None
        if found is None:
            said = f"There is no evidence {data['evidence'][:40]} that you can see."
            raise Invalid(said, fix="Check the key.", fields={"evidence": [said]})
        return "evidence", found

    @acts("area-drafts", detail=False, output=RiskRow, status=201, many=True)
    def draft_areas(self, data: dict[str, Any]) -> list[Risk]:
        """Begin the company's register: one risk for each area of the policy."""
        return actions.draft_areas(actor=self.actor)

    @reads("heat-map", output=CellOutput, detail=False, many=True, parameters=SCOPE)
    def heat_map(self) -> list[dict[str, Any]]:
        """How many risks that are not closed have each likelihood and impact; empty cells are left out."""
        user, key = self.request.user, self.parameters.get("surface")
        found = queries.visible_to(user) if key is None else self._of_surface(key)
        counted = queries.counts(found.filter(state__in=queries.OPEN))
        return [
            {"likelihood": likelihood, "impact": impact, "band": rules.band(likelihood * impact)[0], "count": number}
            for (likelihood, impact), number in sorted(counted.items(), reverse=True)
        ]

    def _of_surface(self, key: str) -> QuerySet[Risk]:
        """Return the risks of the surface that a parameter names. Raises Invalid for one that the caller does not see."""
        try:
            surface = surfaces.get(self.request.user, key)
        except NotVisible as error:
            raise Invalid(error.message, fix=error.fix, fields={"surface": [error.message]}) from error
        return queries.of_surface(self.request.user, surface)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, risk: Risk) -> Any:
        """What happened to a risk."""
        return entries_for(risk)
