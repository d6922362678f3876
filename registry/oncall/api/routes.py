"""Routes over REST, and trying them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import creates, deletes, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid, NotVisible
from governance.core.verdict import require
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.oncall import actions, queries, rules
from registry.oncall.api.paths import ToldOutput, told_by
from registry.oncall.api.rotas import team_of
from registry.oncall.models import EscalationPath, Route
from registry.oncall.tables import RouteFilters
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


class RouteOutput(Output):
    """What is answered by which path; what is empty fits everything."""

    key = serializers.CharField()
    team = serializers.CharField(source="team.key", allow_null=True, default=None)
    surface = serializers.CharField(source="surface.key", allow_null=True, default=None)
    path = serializers.CharField(source="path.key")
    is_fallback = serializers.BooleanField(help_text="Whether it answers what no other route does; it cannot be removed.")

    class Meta:
        model = Route
        fields = ("key", "category", "tier", "team", "surface", "path", "is_fallback", "version", "updated_at")


class RouteInput(Input):
    """A route; what is left out fits everything."""

    path = Name(max_length=60, help_text="The key of an escalation path.")
    category = Name(max_length=60, required=False, allow_blank=True, help_text="The key of an incident category of the policy.")
    tier = serializers.IntegerField(min_value=0, max_value=4, required=False, allow_null=True)
    team = Name(max_length=60, required=False, allow_null=True, help_text="The team's key.")
    surface = Name(max_length=40, required=False, allow_null=True, help_text="The surface's key; it needs no team then.")
    reason = Prose(max_length=1000, required=False, allow_blank=True)
    example = {"path": "security", "category": "data_exposure"}


class LeadInput(Input):
    """To which path a route shall lead."""

    path = Name(max_length=60)
    reason = Prose(max_length=1000, required=False, allow_blank=True)
    example = {"path": "security"}


class MatchOutput(serializers.Serializer[Any]):
    """The route and path that answer, and whom each step would tell now."""

    route = serializers.CharField(source="route.key")
    path = serializers.CharField(source="route.path.key")
    is_fallback = serializers.BooleanField(source="route.is_fallback")
    steps = ToldOutput(many=True)


def path_of(key: str, seen: Any) -> EscalationPath:
    """Return a path by its key. Raises Invalid."""
    found: EscalationPath | None = EscalationPath.objects.visible_to(seen).filter(key=key).first()
    if found is None:
        raise Invalid(f"There is no path {key}.", fix="Use a key from /escalation-paths.", fields={"path": ["Unknown."]})
    return found


def surface_of(key: str, seen: Any) -> Surface:
    """Return a surface that a query parameter names. Raises Invalid where the caller sees none."""
    try:
        return surfaces.get(seen, key)
    except NotVisible as error:
        raise Invalid(error.message, fix=error.fix, fields={"surface": ["Unknown."]}) from error


class RouteApi(ActionViewSet):
    """Routes: which escalation path answers, by surface, team, category and tier."""

    model = Route
    serializer_class = RouteOutput
    filterset_class = RouteFilters
    ordering_fields = {"path": "path__name", "tier": "tier"}
    ordering = "path"
    lookup_field = "key"
    required_scopes = {"read": ("oncall:read",), "write": ("oncall:write",)}

    def get_queryset(self) -> QuerySet[Route]:
        """Return the routes that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Route.objects.none()
        return queries.routes(self.request.user)

    def get_object(self) -> Route:
        """Return the route of the address (RT-3)."""
        return queries.route(self.request.user, self.kwargs["key"])

    @creates(RouteInput)
    def create(self, data: dict[str, Any]) -> Route:
        """Add a route."""
        given = dict(data)
        given["path"] = path_of(given["path"], self.actor)
        given["team"] = team_of(given["team"]) if given.get("team") else None
        given["surface"] = surfaces.get(self.actor, given["surface"]) if given.get("surface") else None
        return actions.make_route(actor=self.actor, **given)

    @updates(LeadInput)
    def partial_update(self, route: Route, data: dict[str, Any], expected_version: int | None) -> Route:
        """Lead a route to another path."""
        path = path_of(data["path"], self.actor) if "path" in data else route.path
        reason = data.get("reason", "")
        return actions.lead_route(route, actor=self.actor, path=path, expected_version=expected_version, reason=reason)

    @deletes()
    def destroy(self, route: Route, expected_version: int | None) -> None:
        """Remove a route, so that a wider one answers; the fallback stays."""
        actions.remove_route(route, actor=self.actor, expected_version=expected_version)

    @reads(
        "match",
        output=MatchOutput,
        detail=False,
        parameters=[
            OpenApiParameter("category", str, description="Key of an incident category."),
            OpenApiParameter("tier", {"type": "integer", "minimum": 0, "maximum": 4}),
            OpenApiParameter("team", str, description="Key of a team."),
            OpenApiParameter("surface", str, description="Key of a surface; its team and tier count unless others are named."),
        ],
    )
    def match(self) -> Any:
        """Try the routes: which path would answer, and whom it would tell now. Nobody is told."""
        require(rules.may_try(self.actor))
        asked = self.parameters
        surface = surface_of(asked["surface"], self.actor) if asked.get("surface") else None
        team = team_of(asked["team"]).pk if asked.get("team") else surface.team_id if surface else None
        tier = asked.get("tier", surface.tier if surface else None)
        found = queries.route_for(
            category=asked.get("category", ""), tier=tier, team_id=team, surface_id=surface.pk if surface else None
        )
        return {"route": found, "steps": told_by(queries.path(self.actor, found.path.key), team)}

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, route: Route) -> Any:
        """What happened to a route."""
        return entries_for(route)
