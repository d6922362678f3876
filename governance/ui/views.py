"""The pages that belong to the frame itself: palette, theme, counts, keyboard help."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from governance.core.contributions import NavItem, PaletteCommand, SearchHit, SearchSource, contributed
from governance.core.errors import Invalid
from governance.ui import shell
from governance.ui.pages.base import Page, is_fragment
from governance.ui.shell import _reverse, visible_items

FOUND_EACH = 6


@dataclass(frozen=True)
class Shelf:
    """What the palette found of one kind."""

    label: str
    hits: list[SearchHit]


def _matches(words: list[str], *texts: str) -> bool:
    text = " ".join(texts).lower()
    return all(word in text for word in words)


def commands(user: Any, words: list[str]) -> list[SearchHit]:
    """Return what can be done that these words fit."""
    offered = [item for item in contributed(PaletteCommand) if item.visible is None or item.visible(user)]
    fitting = [item for item in offered if _matches(words, item.label, item.words)]
    return [SearchHit(item.label, item.url(user), icon=item.icon) for item in fitting]


def places(user: Any, words: list[str]) -> list[SearchHit]:
    """Return the lines of the navigation that these words fit."""
    items: list[NavItem] = [item for item in visible_items(user) if _matches(words, item.label, item.group)]
    return [SearchHit(item.label, _reverse(item.url_name), detail=item.group, icon=item.icon) for item in items]


def search(user: Any, q: str) -> list[Shelf]:
    """Return everything the palette shows for these words: things, then what can be done, then places."""
    words = q.lower().split()
    found = []
    if len(q.strip()) > 1:
        for source in contributed(SearchSource):
            found.append(Shelf(source.label, source.find(user, q.strip(), FOUND_EACH)))
    limit = FOUND_EACH if words else 20
    found += [Shelf("Do", commands(user, words)[:limit]), Shelf("Go to", places(user, words)[:limit])]
    return [shelf for shelf in found if shelf.hits]


class PalettePage(Page):
    """Go anywhere, do anything; a dialog over every page, and a plain page without scripts."""

    title = "Go to or do anything"
    template = "ui/palette.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what fits the words."""
        q = request.GET.get("q", "")[:200]
        template = "ui/_palette.html" if is_fragment(request) else self.template
        return self.render(template, q=q, shelves=search(self.user, q))


class NavCounts(Page):
    """The figures beside the navigation, fetched after the page so that no page waits for them."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count now."""
        counts = {key: shell.spell(count) for key, count in shell.count_all(self.user).items()}
        return self.render("ui/_nav_counts.html", counts=counts, badge=shell.kept_badge(self.user))


class KeyboardPage(Page):
    """What the keyboard does."""

    title = "Keyboard"
    template = "ui/keyboard.html"


class MorePage(Page):
    """The whole navigation as a page, for phones."""

    title = "Everything"
    template = "ui/more.html"


@method_decorator(login_not_required, name="dispatch")
class ThemeView(View):
    """Keeps the choice of light, dark or the system's own in a cookie of this browser."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store the choice and go back."""
        theme = request.POST.get("theme", "")
        if theme not in shell.THEMES:
            raise Invalid("This is not a theme.", fix="Choose light, dark or system.")
        back = request.POST.get("next", "/")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
            back = "/"
        response = HttpResponse(status=204) if is_fragment(request) else redirect(back)
        response.set_cookie(
            shell.THEME_COOKIE, theme, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
        return response
