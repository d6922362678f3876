"""The addresses under /api/v1/, made of the routes that features contribute."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from governance.core.contributions import ApiRoute, contributed


class ResourceRouter(SimpleRouter):
    """Addresses without a final slash, several methods on one address, and no resource without scopes."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False)

    def get_routes(self, viewset: Any) -> list[Any]:
        """Return the routes; extra methods that share an address (GET and PUT of a matrix) become one route."""
        merged: dict[tuple[str, bool], Any] = {}
        for route in super().get_routes(viewset):
            place = (route.url, route.detail)
            if place in merged:
                earlier = merged[place]
                both = set(earlier.mapping) & set(route.mapping)
                if both:
                    raise ImproperlyConfigured(f"{viewset.__name__} declares {', '.join(sorted(both))} twice for {route.url}")
                merged[place] = earlier._replace(mapping={**earlier.mapping, **route.mapping})
            else:
                merged[place] = route
        return sorted(merged.values(), key=lambda route: 0 if not route.detail else 1)

    def register_resource(self, prefix: str, viewset: Any, basename: str) -> None:
        """Add a resource. Raises ImproperlyConfigured when it does not say its scopes."""
        missing = {"read", "write"} - set(viewset.required_scopes)
        if missing and viewset.permission_classes:
            raise ImproperlyConfigured(f"{viewset.__name__}.required_scopes must say {' and '.join(sorted(missing))}")
        if not viewset.tag:
            viewset.tag = prefix.split("/")[0].replace("-", " ")
        self.register(prefix, viewset, basename=basename)


def resource_urls() -> list[URLPattern | URLResolver]:
    """Return the addresses of all contributed resources."""
    router = ResourceRouter()
    for route in contributed(ApiRoute):
        router.register_resource(route.prefix, route.load(), route.basename or route.key)
    return router.urls


def resource_index() -> Iterable[tuple[str, str]]:
    """Return the prefix and the name of the list of each contributed resource that has a list."""
    for route in contributed(ApiRoute):
        if hasattr(route.load(), "list"):
            yield route.prefix, f"api:{route.basename or route.key}-list"
