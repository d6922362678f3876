"""The object page: every object has the same header, one next action, and tabs that are addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from governance.core.contributions import ObjectTab, contributed
from governance.core.errors import NotVisible
from governance.core.verdict import ALLOW, Verdict
from governance.ui.extensions import ObjectButton, ObjectPanel
from governance.ui.pages.base import Page

RECORD = ("documents", "activity")
"""Tabs of an object's record: they come last in the strip, whatever other apps add to it."""


@dataclass(frozen=True)
class Button:
    """An action offered on a page. A refusing verdict disables it and puts the reason beside it."""

    label: str
    url: str
    icon: str = ""
    kind: str = ""  # primary, stop, bare
    key: str = ""  # keyboard letter
    dialog: bool = False
    post: bool = False
    verdict: Verdict = ALLOW
    fields: Mapping[str, Any] = field(default_factory=dict)  # hidden fields of a post


@dataclass(frozen=True)
class Fact:
    """A labelled value in the header. A hidden label is still read out."""

    label: str
    value: Any
    hidden_label: bool = False


@dataclass(frozen=True)
class Next:
    """The one next action: what is, what to do, and the button that does it."""

    text: str
    detail: str = ""
    tone: str = ""  # stop, warn
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Header:
    """What stands above an object's tabs."""

    name: str
    key: str = ""
    state: tuple[str, str] | None = None
    tier: int | None = None
    tier_name: str = ""
    facts: tuple[Fact, ...] = ()
    next: Next | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Tab:
    """One tab: its slug ('' is the overview), its template, and what the template gets: `context(page, obj)`."""

    slug: str
    label: str
    template: str
    context: Callable[[Any, Any], Mapping[str, Any]] = lambda page, obj: {}
    count: Callable[[Any, Any], int | str | None] | None = None
    shown: Callable[[Any, Any], bool] = lambda user, obj: True


@dataclass(frozen=True)
class TabLink:
    """A tab as the strip shows it."""

    label: str
    url: str
    count: int | str | None
    current: bool


class ObjectPage(Page):
    """Base of every object's page. See the package's docstring for a complete example."""

    url_name: ClassVar[str] = ""
    lookup: ClassVar[str] = "key"
    parent: ClassVar[tuple[str, str] | None] = None  # (label, url name) of the list it belongs to
    tabs: ClassVar[tuple[Tab, ...]] = ()
    template = "ui/object.html"

    def rows(self, user: Any) -> QuerySet[Any]:
        """Return the rows that the person may see, with what header and tabs need joined in."""
        raise NotImplementedError

    def header(self, obj: Any) -> Header:
        """Return what stands above the tabs."""
        raise NotImplementedError

    @classmethod
    def urls(cls, prefix: str) -> list[URLPattern]:
        """Return routes for the overview and for each tab; `prefix` holds the lookup, as in `surfaces/<str:key>/`."""
        tabs = [tab for tab in cls.tabs if tab.slug]
        routes = [path(f"{prefix}{tab.slug}/", cls.as_view(slug=tab.slug), name=f"{cls.url_name}-{tab.slug}") for tab in tabs]
        return [path(prefix, cls.as_view(), name=cls.url_name), *routes]

    slug = ""
    obj: Any = None

    def load(self) -> Any:
        """Return the object of the address. Raises NotVisible when there is none that this person may see."""
        value = self.kwargs[self.lookup]
        found = self.rows(self.user).filter(**{self.lookup: value}).first()
        if found is None:
            raise NotVisible(
                f"There is no {self.noun} {value}, or you may not see it.",
                fix="Check the address, or ask its owner to share it with you.",
            )
        return found

    @property
    def noun(self) -> str:
        """What one such object is called in a sentence."""
        return "page"

    def url(self, obj: Any, slug: str = "") -> str:
        """Return the address of a tab."""
        name = f"{self.url_name}-{slug}" if slug else self.url_name
        return reverse(name, kwargs={self.lookup: getattr(obj, self.lookup)})

    def tab_links(self, obj: Any) -> list[TabLink]:
        """Return the strip of tabs: our own, those of other apps, and last the object's record."""
        shown = [tab for tab in self.tabs if tab.shown(self.user, obj)]
        label, here = obj._meta.label_lower, self.request.path
        added = [
            TabLink(item.label, item.url(obj), item.count(self.user, obj) if item.count else None, item.url(obj) == here)
            for item in contributed(ObjectTab)
            if item.model.lower() == label
        ]
        first = [self._link(obj, tab) for tab in shown if tab.slug not in RECORD]
        return first + added + [self._link(obj, tab) for tab in shown if tab.slug in RECORD]

    def _link(self, obj: Any, tab: Tab) -> TabLink:
        count = tab.count(self.user, obj) if tab.count else None
        return TabLink(tab.label, self.url(obj, tab.slug), count, tab.slug == self.slug)

    def whole_header(self, obj: Any) -> Header:
        """Return the header with the buttons that other apps add."""
        header, label = self.header(obj), obj._meta.label_lower
        made = [item.make(self.user, obj) for item in contributed(ObjectButton) if item.model.lower() in (label, "*")]
        added = tuple(button for button in made if button is not None)
        return replace(header, buttons=(*header.buttons, *added)) if added else header

    def panels(self, obj: Any, aside: bool) -> list[tuple[str, Mapping[str, Any]]]:
        """Return the sheets that other apps add to the overview."""
        label = obj._meta.label_lower
        mine = [item for item in contributed(ObjectPanel) if item.model.lower() == label and item.aside is aside]
        filled = [(item.template, item.context(self.user, obj)) for item in mine]
        return [(template, context) for template, context in filled if context]

    def get_title(self) -> str:
        """Return the object's name."""
        return str(self.header_shown.name) if self.obj is not None else self.title

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here: the list, then this object."""
        before = [(self.parent[0], reverse(self.parent[1]))] if self.parent else []
        return [*before, (str(self.header_shown.key or self.header_shown.name), "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the object on one of its tabs."""
        self.obj = obj = self.load()
        self.header_shown = self.whole_header(obj)
        tab = next((tab for tab in self.tabs if tab.slug == self.slug), None)
        if tab is None or not tab.shown(self.user, obj):
            raise NotVisible("This tab is not there for you.", fix="Go back to the overview.")
        overview = not self.slug
        return self.render(
            object=obj,
            header=self.header_shown,
            tab=tab,
            tabs=self.tab_links(obj),
            tab_template=tab.template,
            panels=self.panels(obj, aside=False) if overview else [],
            aside_panels=self.panels(obj, aside=True) if overview else [],
            **tab.context(self, obj),
        )
