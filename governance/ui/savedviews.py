"""Views of a list: those that come with it, and those that people save and share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from governance.core.errors import Invalid, NotVisible
from governance.core.text import clean_text
from governance.ui.models import SavedView
from governance.ui.pages.action import ActionPage
from governance.ui.pages.base import go

LIMIT = 30


@dataclass(frozen=True)
class ShownView:
    """A view as the strip above a list shows it."""

    dom_id: str
    label: str
    query: str
    current: bool
    shared: bool = False


def canonical(query: str) -> list[tuple[str, str]]:
    """Return parameters in an order that makes two addresses comparable."""
    values = QueryDict(query)
    return sorted((name, value) for name in values for value in values.getlist(name) if value and name not in {"page", "view"})


def available(listing: Any) -> list[ShownView]:
    """Return the list's own views and the saved ones that this person has or was given."""
    own = [ShownView(f"view-{number}", view.label, view.href(listing.user), False) for number, view in enumerate(listing.views)]
    saved = SavedView.objects.filter(Q(owner=listing.user) | Q(is_shared=True), list_key=listing.key)[:LIMIT]
    return own + [ShownView(f"view-s{view.pk}", view.name, view.query, False, view.is_shared) for view in saved]


def shown(listing: Any, browse: Any) -> list[ShownView]:
    """Return the strip, with the view marked that the address amounts to."""
    here = canonical(browse.query)
    return [
        ShownView(view.dom_id, view.label, view.query, canonical(view.query) == here, view.shared) for view in available(listing)
    ]


class SaveViewForm(forms.Form):
    """Names the view that is before one."""

    name = forms.CharField(label="Name", max_length=100, validators=[clean_text])
    is_shared = forms.BooleanField(
        label="Share it with everyone", required=False, help_text="Each person still sees only the rows they may see."
    )
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)


def save_view(owner: Any, list_key: str, *, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a view under a name of its owner's; the same name is replaced."""
    view, _ = SavedView.objects.update_or_create(
        owner=owner, list_key=list_key, name=name, defaults={"query": query, "is_shared": is_shared}
    )
    return view


class SaveViewPage(ActionPage):
    """Saves the list as it is, and lists one's own views to delete."""

    owner: Any
    form_class = SaveViewForm
    submit = "Save view"
    title = "Save this view"
    lead = "Keeps the filters, the order and the columns as they are now."
    template = "ui/save_view.html"

    def initial(self, obj: Any) -> dict[str, Any]:
        """Begin with the filters of the list that one came from."""
        return {"query": self.request.GET.urlencode(safe=",")}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> SavedView:
        """Save; an empty query would be the whole list under another name."""
        if not canonical(given["query"]):
            raise Invalid("There is nothing to keep yet.", fix="Set a filter, an order or columns first.")
        return save_view(self.user, self.owner.key, name=given["name"], query=given["query"], is_shared=given["is_shared"])

    def success_url(self, result: SavedView) -> str:
        """Show the view."""
        return f"{reverse(self.owner.url_name)}?{result.query}"

    def said(self, result: SavedView) -> str:
        """Say that it is kept."""
        return f"View “{result.name}” is saved" + (" and shared." if result.is_shared else ".")

    def back_url(self, obj: Any) -> str:
        """Return the list as it was."""
        query = self.request.GET.urlencode(safe=",")
        return reverse(self.owner.url_name) + (f"?{query}" if query else "")

    def extra(self, obj: Any) -> dict[str, Any]:
        """List one's own views."""
        return {"own_views": SavedView.objects.filter(owner=self.user, list_key=self.owner.key)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save a view, or delete one of one's own."""
        if "delete" not in request.POST:
            return super().post(request, *args, **kwargs)
        key = request.POST["delete"]
        view = SavedView.objects.filter(owner=self.user, list_key=self.owner.key, pk=key if key.isdecimal() else 0).first()
        if view is None:
            raise NotVisible("This view is not there, or it is somebody else's.", fix="Only its owner deletes a view.")
        view.delete()
        return go(request, reverse(self.owner.url_name))


def view_for(owner: Any) -> Callable[..., Any]:
    """Return the view that saves a list's views."""
    return type(f"{owner.__name__}Views", (SaveViewPage,), {"owner": owner}).as_view()  # type: ignore[attr-defined, no-any-return]
