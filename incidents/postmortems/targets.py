"""What an action item can point at: what in the system changes by it. Each kind says how it is found, named and opened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from governance.core.errors import Invalid, NotVisible
from governance.policy import queries as policy
from incidents.postmortems.models import ActionItem, EvalCaseRequest
from registry.changes import queries as changes
from registry.evals import queries as evals
from registry.exceptions import queries as exceptions
from registry.surfaces import queries as surfaces
from registry.switches import queries as drills


@dataclass(frozen=True)
class Target:
    """One kind of thing: `find(user, key)` returns its key and name, or raises NotVisible; `url(key)` is its page."""

    key: str
    label: str
    example: str
    find: Callable[[Any, str], tuple[str, str]]
    url: Callable[[str], str]


def _change(user: Any, key: str) -> tuple[str, str]:
    found = changes.get(user, key)
    return found.key, found.title


def _control(user: Any, key: str) -> tuple[str, str]:
    names = {each["key"]: each["name"] for each in policy.document()["controls"]}
    if key not in names:
        raise NotVisible(f"Policy has no control {key[:60]}.", fix="Use the key that the policy page shows, such as rate_limits.")
    return key, names[key]


def _suite(user: Any, key: str) -> tuple[str, str]:
    found = evals.get(user, key)
    return found.key, found.name


def _case(user: Any, key: str) -> tuple[str, str]:
    number = key.upper().removeprefix("EC-")
    found = EvalCaseRequest.objects.filter(pk=int(number) if number.isdecimal() and len(number) < 19 else 0).first()
    if found is None:
        raise NotVisible(f"There is no case {key[:40]}.", fix="Its key is on the postmortem that asked for it, such as EC-3.")
    return found.key, found.name


def _lever(user: Any, key: str) -> tuple[str, str]:
    found = surfaces.get(user, key)
    return found.key, f"Modes of {found.name}"


def _drill(user: Any, key: str) -> tuple[str, str]:
    found = drills.get(user, key)
    return found.key, str(found)


def _exception(user: Any, key: str) -> tuple[str, str]:
    found = exceptions.get(user, key)
    return found.key, found.title


TARGETS = {
    each.key: each
    for each in (
        Target("change", "A change", "C-12", _change, lambda key: reverse("change", args=[key])),
        Target("control", "A control of the policy", "rate_limits", _control, lambda key: f"{reverse('controls')}?control={key}"),
        Target("suite", "An eval suite", "triage-accuracy", _suite, lambda key: reverse("eval-suite", args=[key])),
        Target("case", "An eval case that was asked for", "EC-3", _case, lambda key: reverse("eval-case", args=[key])),
        Target("lever", "The levers of a surface", "S-0418", _lever, lambda key: reverse("surface", args=[key])),
        Target("drill", "A drill", "DR-4", _drill, lambda key: reverse("drill", args=[key])),
        Target("exception", "An exception that ends", "X-7", _exception, lambda key: reverse("exception", args=[key])),
    )
}
CHOICES = [(each.key, f"{each.label}, such as {each.example}") for each in TARGETS.values()]


def resolve(user: Any, type_: str, key: str) -> tuple[str, str, str]:
    """Return type, key and name of what is pointed at, as this person sees it. Raises Invalid by field.

    Nothing at all (both empty) is allowed and returns three empty texts.
    """
    type_, key = type_.strip(), key.strip()
    if not type_ and not key:
        return "", "", ""
    if type_ not in TARGETS:
        raise Invalid("Say what kind of thing changes.", fields={"target_type": [f"One of {', '.join(TARGETS)}."]})
    try:
        found, name = TARGETS[type_].find(user, key)
    except NotVisible as error:
        raise Invalid(error.message, fix=error.fix, fields={"target_id": [str(error)]}) from error
    return type_, found, name[:300]


def url_of(item: ActionItem) -> str:
    """Return the page of what an item points at; empty where it points at nothing."""
    target = TARGETS.get(item.target_type)
    return target.url(item.target_id) if target is not None else ""


def kind_of(item: ActionItem) -> str:
    """Return what kind of thing an item points at, in words; empty where it points at nothing."""
    target = TARGETS.get(item.target_type)
    return target.label if target is not None else ""
