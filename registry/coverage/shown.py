"""What coverage contributes: its place in navigation, palette, search and API."""

from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import (
    ApiRoute,
    NavItem,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from registry.frameworks import library


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find frameworks by name and items by id or title."""
    wanted = words.casefold().strip()
    found: list[SearchHit] = []
    for framework in library.frameworks():
        page = reverse("framework", args=[framework.key])
        if wanted in framework.label.casefold():
            found.append(SearchHit(framework.label, page, "Framework", "layers"))
        found += [
            SearchHit(f"{item.id} {item.title}"[:120], f"{page}#{item.anchor}", framework.label, "layers")
            for item in framework.items
            if wanted in item.id.casefold() or wanted in item.title.casefold()
        ]
    return found[:limit]


contribute(NavItem("frameworks", "Frameworks", "frameworks", "layers", group="What we can prove", order=6, family="controls"))
contribute(
    PaletteCommand(
        "frameworks",
        "Coverage of frameworks",
        lambda user: reverse("frameworks"),
        words="owasp nist iso 42001 ai act compliance crosswalk",
        icon="layers",
    )
)
contribute(SearchSource("frameworks", "Frameworks", find, order=80))
contribute(ApiRoute("frameworks", "frameworks", load=lambda: import_string("registry.coverage.api.FrameworkApi"), order=47))
