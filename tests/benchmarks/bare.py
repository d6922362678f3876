"""The baseline: what plain Django and REST framework do for the same rows, without permissions, history of ours or ledger."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from rest_framework import serializers, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from registry.surfaces.models import Surface

FIELDS = (
    "id", "name", "tier", "state", "mode", "team", "owner", "pattern", "vendor", "in_force", "in_force_since",
    "topic", "external_id", "started_on", "review_on", "retired_on", "version", "created_at", "updated_at",
)  # fmt: skip


class BareRow(serializers.ModelSerializer[Any]):
    """The same fields as our row, as REST framework serialises them."""

    team = serializers.CharField(source="team.key")
    owner = serializers.CharField(source="owner.ref")

    class Meta:
        model = Surface
        fields = FIELDS


class BareApi(viewsets.ReadOnlyModelViewSet[Any]):
    """A list of 50 rows in one order, and one row; for everybody."""

    serializer_class = BareRow
    permission_classes = [AllowAny]
    throttle_classes: list[Any] = []
    queryset = Surface.objects.select_related("team", "owner").order_by("name")

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer the first 50."""
        rows = self.get_queryset().filter(tier__in=[1, 2])[:50]
        return Response({"results": self.get_serializer(rows, many=True).data})


PAGE = """<!doctype html><title>Surfaces</title><table>{% for row in rows %}<tr><td>{{ row.name }}</td><td>{{ row.tier }}</td>
<td>{{ row.owner.name }}</td><td>{{ row.team.name }}</td><td>{{ row.mode }}</td><td>{{ row.state }}</td></tr>
{% endfor %}</table>"""


def bare_page(request: HttpRequest) -> HttpResponse:
    """A page with the same 50 rows in a plain table."""
    rows = Surface.objects.select_related("team", "owner").order_by("name")[:50]
    return HttpResponse(engines["django"].from_string(PAGE).render({"rows": rows}, request))


router = DefaultRouter()
router.register("surfaces", BareApi, basename="bare")
urlpatterns = [
    path("bare/", include(router.urls)),
    path("bare-page/", bare_page),
    path("", include("governance.urls")),
]
