"""Bills of materials over REST: CycloneDX under its own media type."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter

from governance.api.operations import downloads
from governance.api.viewsets import Resource
from governance.people.models import User
from registry.bom import views
from registry.bom.bill import MEDIA_TYPE, VERSIONS
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

SCOPES = {"read": ("registry:read",), "write": ("registry:write",)}
VERSION = OpenApiParameter("version", {"type": "string", "enum": list(VERSIONS)}, required=False)


class SurfaceBillApi(Resource):
    """Surfaces: what one is made of."""

    model = Surface
    lookup_field = "key"
    required_scopes = SCOPES

    def get_object(self) -> Surface:
        """Return the surface of the address by its key. Raises NotVisible."""
        return surfaces.get(self.request.user, self.kwargs["key"])

    @downloads("bom", MEDIA_TYPE, parameters=[VERSION])
    def bom(self, surface: Surface) -> HttpResponse:
        """The AI bill of materials of a surface, as CycloneDX (1.7 unless said otherwise), valid by its schema."""
        return views.of_surface(surface, self.parameters.get("version", VERSIONS[0]))


class BillApi(Resource):
    """What the company's AI is made of."""

    model = Surface
    required_scopes = SCOPES

    @property
    def actor(self) -> User:
        """Whoever asks."""
        user: User = self.request.user  # type: ignore[assignment]
        return user

    @downloads("", MEDIA_TYPE, detail=False, parameters=[VERSION])
    def list(self) -> HttpResponse:
        """The AI bill of materials of all surfaces that the caller sees, as CycloneDX (1.7 unless said otherwise)."""
        return views.of_company(self.actor, self.parameters.get("version", VERSIONS[0]))
