"""What every page of the product shares: a known person, the crumbs, and answers that htmx understands."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views import View

from governance.core.reading import one_reading
from governance.ui import shell


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked for a part of a page (and not for a whole page through a boosted link or its history)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and "true" not in (
        headers.get("HX-Boosted"),
        headers.get("HX-History-Restore-Request"),
    )


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the person on: a redirect for a plain post, a header for htmx (which would follow it out of sight)."""
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def at_the_door(request: HttpRequest) -> HttpResponse:
    """Send somebody to sign in; from within a page (the session ended meanwhile) the whole page goes."""
    if not is_fragment(request):
        return redirect_to_login(request.get_full_path())
    here = urlsplit(request.headers.get("HX-Current-URL", "/"))
    back = urlunsplit(("", "", here.path or "/", here.query, ""))
    return HttpResponse(status=204, headers={"HX-Redirect": redirect_to_login(back).url})


READS = ("GET", "HEAD")


class Page(View):
    """A page for a person who is signed in. `title` is the heading, `template` the file, `crumbs` the way here.

    `nav` is the line of the navigation that it belongs to, where its address does not begin with that line's. Pages that
    share a line have a strip of tabs; one whose address is on no tab (a form, a trial) names its `family`.
    """

    title = ""
    template = ""
    nav = ""
    family = ""
    crumbs: list[tuple[str, str]] = []
    public = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Send strangers to the door; the page they wanted waits behind it."""
        request.nav = self.nav  # type: ignore[attr-defined]
        if not self.public and not request.user.is_authenticated:
            return at_the_door(request)
        if request.method not in READS:
            return super().dispatch(request, *args, **kwargs)
        with one_reading():
            return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> Any:
        """The person who looks."""
        return self.request.user

    @property
    def family_tabs(self) -> list[dict[str, Any]]:
        """The strip of the page's family; empty where it has none, or only this page."""
        here = self.request.path
        strip = shell.family_strip(self.user, here, self.family)
        return [{"label": label, "url": url, "current": url == here, "count": None} for label, url in strip]

    def get_title(self) -> str:
        """Return the page's heading."""
        return self.title

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return (label, url) pairs that lead here; the last url is empty."""
        return list(self.crumbs)

    def context(self, **more: Any) -> dict[str, Any]:
        """Return the template's context; subclasses add to it."""
        return {"title": self.get_title(), "crumbs": self.get_crumbs(), "page": self, **more}

    def render(self, template: str = "", status: int = 200, **more: Any) -> HttpResponse:
        """Render a template with the page's context."""
        name = template or self.template
        if not name:
            raise ImproperlyConfigured(f"{type(self).__name__} has no template")
        response = render(self.request, name, self.context(**more), status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the page."""
        return self.render()
