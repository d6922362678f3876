"""What apps above may add to pages that they do not own: banners, panels, bulk changes, buttons in the head."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from governance.core.verdict import ALLOW, Verdict


@dataclass(frozen=True)
class Banner:
    """A line above every page while it holds (the demo company): `text(user)` is empty when it does not show."""

    key: str
    text: Callable[[Any], str]
    url: Callable[[Any], str] | None = None
    action: str = ""
    order: int = 100


@dataclass(frozen=True)
class Footing:
    """The line under every page that says what proves it: `text()` is kept for a few seconds; nothing hides it."""

    key: str
    text: Callable[[], str]
    url: Callable[[Any], str] | None = None
    action: str = ""
    order: int = 100


@dataclass(frozen=True)
class TopAction:
    """A button in the head of every page, and on a phone a tab at the thumb: what anybody may need at any moment.

    `short` is what the tab says. `visible(user)` says who is offered it.
    """

    key: str
    label: str
    short: str
    url_name: str
    icon: str
    visible: Callable[[Any], bool] = lambda user: True
    order: int = 100


@dataclass(frozen=True)
class PersonLink:
    """A line of the menu under one's own name (profile, sign-in and security, tokens)."""

    key: str
    label: str
    url_name: str
    icon: str
    order: int = 100


@dataclass(frozen=True)
class ObjectPanel:
    """A sheet that an app adds to the overview of another's object; `context(user, obj)` is empty to leave it out."""

    key: str
    model: str
    template: str
    context: Callable[[Any, Any], Mapping[str, Any]]
    aside: bool = False
    order: int = 100


@dataclass(frozen=True)
class ObjectButton:
    """A button that an app adds to the head of another's object; `make(user, obj)` returns a Button of the kit, or None.

    The model "*" stands for every object.
    """

    key: str
    model: str
    make: Callable[[Any, Any], Any]
    order: int = 100


@dataclass(frozen=True)
class FamilyTab:
    """A page of a family that shares one line of the navigation; the strip of the family's tabs leads between them."""

    key: str
    family: str
    label: str
    url_name: str
    order: int = 100


@dataclass(frozen=True)
class PersonBadge:
    """A word under one's own name in place of the title (on call): `text(user)` is empty when it does not hold.

    It is worked out together with the figures of the navigation, not for each page.
    """

    key: str
    text: Callable[[Any], str]
    order: int = 100


@dataclass(frozen=True)
class BulkAction:
    """A change to many rows of a list, one action call for each.

    `change(row, actor, given)` calls the feature's action and returns what `revert` needs (JSON) or None;
    `describe(row, given)` returns what is and what will be, for the preview; `revert` makes undo possible.
    """

    key: str
    label: str
    change: Callable[[Any, Any, Mapping[str, Any]], Any]
    describe: Callable[[Any, Mapping[str, Any]], tuple[Any, Any]]
    form: type[forms.Form] | None = None
    allowed: Callable[[Any, Any, Mapping[str, Any]], Verdict] = lambda row, actor, given: ALLOW
    revert: Callable[[Any, Any, Any], Any] | None = None
    shown: Callable[[Any], bool] = lambda user: True
    limit: int = 500


@dataclass(frozen=True)
class ListBulk:
    """A bulk change that an app adds to another's list (by the list's `key`)."""

    key: str
    list_key: str
    action: BulkAction
    order: int = 100


@dataclass(frozen=True)
class AskBox:
    """A question box on the briefing: words go to the page of `url_name` as its parameter `q`.

    `tries(user)` are questions that can be tried, `hint` stands in the empty box, `visible(user)` says who is offered it.
    """

    key: str
    label: str
    url_name: str
    button: str
    hint: str
    tries: Callable[[Any], Sequence[str]]
    visible: Callable[[Any], bool] = lambda user: True
    order: int = 100
