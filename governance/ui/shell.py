"""What stands around every page: navigation with its counts, theme, banners."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from governance.core import clock
from governance.core.contributions import NavItem, contributed
from governance.core.counting import count_together
from governance.core.models import Company
from governance.ui.extensions import Banner, FamilyTab, Footing, PersonBadge, PersonLink, TopAction

THEMES = ("light", "dark", "system")
COMPANY_KEY = "company-name"
THEME_COOKIE = "plumbline_theme"
GROUPS = ("", "What exists", "What changes", "What happened", "What we can prove", "Rules")
TABBAR = 4
FRESH = 15
KEPT = 3600


@dataclass(frozen=True)
class NavLink:
    """A line of the navigation for one person at one place."""

    key: str
    label: str
    url: str
    icon: str
    current: bool
    counted: bool
    count: Any = None
    tone: str = ""


def _counts_key(user: Any) -> str:
    return f"nav-counts:{user.pk}"


def visible_items(user: Any) -> list[NavItem]:
    """Return the lines this person is shown."""
    return [item for item in contributed(NavItem) if item.visible is None or item.visible(user)]


def family_strip(user: Any, here: str, family: str = "") -> list[tuple[str, str]]:
    """Return (label, address) of the pages that share a line with this one, which need not name its family.

    Where features say the tabs of a family themselves (FamilyTab), those are its strip; else the lines that belong to it.
    """
    items = visible_items(user)
    if not family:
        family = next((item.family or item.key for item in items if _reverse(item.url_name) == here), "")
    said = [(tab.label, tab.url_name) for tab in contributed(FamilyTab) if tab.family == family] if family else []
    members = sorted((item for item in items if family in (item.key, item.family)), key=lambda item: (item.family, item.order))
    found = said or [(item.label, item.url_name) for item in members if family]
    return [(label, _reverse(name)) for label, name in found] if len(found) > 1 else []


def count_all(user: Any) -> dict[str, Any]:
    """Count for each line anew, and remember it for the pages that follow."""
    counts = {item.key: item.count(user) for item in visible_items(user) if item.count is not None and not item.family}
    counts |= count_together({key: each for key, each in counts.items() if isinstance(each, QuerySet)})
    badge = next((text for item in contributed(PersonBadge) if (text := item.text(user))), "")
    cache.set(_counts_key(user), {"at": clock.now().timestamp(), "counts": counts, "badge": badge}, KEPT)
    return counts


def kept_badge(user: Any) -> str:
    """Return the word under a person's name as it was worked out last; nothing where none holds."""
    return str((cache.get(_counts_key(user)) or {}).get("badge", ""))


def forget_counts(user: Any) -> None:
    """Count again at the next page: this person has just changed something."""
    kept = cache.get(_counts_key(user))
    if kept:
        cache.set(_counts_key(user), {**kept, "at": 0}, KEPT)


def spell(count: Any) -> str:
    """Write a count; nothing for none."""
    if count in (None, "", 0):
        return ""
    return f"{count:,}" if isinstance(count, int) else str(count)


def _group_order(item: NavItem) -> int:
    return GROUPS.index(item.group) if item.group in GROUPS else len(GROUPS)


class Shell:
    """The frame of one response. Everything is worked out when the template asks, once."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = getattr(request, "user", None)
        self._links: list[tuple[str, list[NavLink]]] | None = None
        kept = cache.get(_counts_key(self.user)) if self.signed_in else None
        self._counts: dict[str, Any] = kept["counts"] if kept else {}
        self.badge: str = kept.get("badge", "") if kept else ""
        self.counts_stale = not kept or clock.now().timestamp() - kept["at"] > FRESH

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return bool(self.user is not None and self.user.is_authenticated)

    @property
    def company(self) -> str:
        """The company whose house this is."""
        name = cache.get(COMPANY_KEY)
        if name is None:
            name = Company.objects.values_list("name", flat=True).first() or ""
            cache.set(COMPANY_KEY, name, 30)
        return str(name)

    @property
    def theme(self) -> str:
        """The chosen theme: light, dark or system."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "system")
        return chosen if chosen in THEMES else "system"

    @property
    def groups(self) -> list[tuple[str, list[NavLink]]]:
        """The navigation, by group."""
        if self._links is None:
            self._links = self._build() if self.signed_in else []
        return self._links

    @property
    def tabbar(self) -> list[NavLink]:
        """The most used lines again, for a thumb on a phone: those above all groups, what is always at hand, then groups."""
        above = [link for group, links in self.groups if not group for link in links]
        firsts = [links[0] for group, links in self.groups if group]
        return [*above, *(self._tab(action) for action in self.top_actions), *firsts][:TABBAR]

    @cached_property
    def top_actions(self) -> list[TopAction]:
        """The buttons in the head of every page."""
        return [item for item in contributed(TopAction) if item.visible(self.user)] if self.signed_in else []

    def _tab(self, item: TopAction) -> NavLink:
        url = _reverse(item.url_name)
        return NavLink(item.key, item.short, url, item.icon, self.request.path == url, counted=False)

    @property
    def person_links(self) -> list[dict[str, str]]:
        """The lines under one's own name."""
        return [{"label": item.label, "url": _reverse(item.url_name), "icon": item.icon} for item in contributed(PersonLink)]

    @property
    def banners(self) -> list[tuple[str, str, str]]:
        """Lines above the page: (text, url, action)."""
        if not self.signed_in:
            return []
        said = [(banner, banner.text(self.user)) for banner in contributed(Banner)]
        return [(text, banner.url(self.user) if banner.url else "", banner.action) for banner, text in said if text]

    @property
    def footings(self) -> list[tuple[str, str, str]]:
        """Lines below the page: (text, url, action)."""
        if not self.signed_in:
            return []
        said = [(item, cache.get_or_set(f"footing:{item.key}", item.text, FRESH)) for item in contributed(Footing)]
        return [(text, item.url(self.user) if item.url else "", item.action) for item, text in said if text]

    def _build(self) -> list[tuple[str, list[NavLink]]]:
        items = sorted(visible_items(self.user), key=lambda item: (_group_order(item), item.order, item.key))
        urls = {item.key: _reverse(item.url_name) for item in items}
        families = {item.key: item.family or item.key for item in items}
        current = families.get(self._current(urls), "")
        links = [(item.group, self._link(item, urls[item.key], current)) for item in items if not item.family]
        return [(group, [link for _, link in pairs]) for group, pairs in groupby(links, key=lambda pair: pair[0])]

    def _link(self, item: NavItem, url: str, current: str) -> NavLink:
        count = spell(self._counts.get(item.key))
        return NavLink(item.key, item.label, url, item.icon, item.key == current, item.count is not None, count, item.tone)

    def _current(self, urls: dict[str, str]) -> str:
        """Return the line that the page names, else the one whose address is the longest beginning of this one."""
        if (named := getattr(self.request, "nav", "")) in urls:
            return str(named)
        here = self.request.path
        inside: Iterable[tuple[int, str]] = (
            (len(url), key) for key, url in urls.items() if url and (here == url or (url != "/" and here.startswith(url)))
        )
        return max(inside, default=(0, ""))[1]


def _reverse(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch as error:
        raise NoReverseMatch(f"a NavItem points to {name!r}, which is no address") from error


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: give every template the frame."""
    return {"shell": Shell(request)}
