"""Where one does what a control asks for next: a door is a short name, with what it needs after a colon."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import reverse

Door = Callable[[str, str], str]


def open_(door: str, surface_key: str) -> str:
    """Return the address behind a door for a surface. Raises LookupError for a door that nobody built."""
    name, _, needs = door.partition(":")
    if name not in DOORS:
        raise LookupError(f"there is no door {name!r}; add it to registry/controls/doors.py")
    return DOORS[name](surface_key, needs)


DOORS: dict[str, Door] = {
    "contract": lambda surface, needs: reverse("surface-contract", args=[surface]),
    "owner": lambda surface, needs: reverse("surface", args=[surface]),
    "raci": lambda surface, needs: reverse("surface-raci", args=[surface]),
    "policy": lambda surface, needs: reverse("policy"),
    "endpoints": lambda surface, needs: reverse("endpoints"),
    "tools": lambda surface, needs: reverse("tools"),
    "endpoint": lambda surface, needs: reverse("endpoint", args=[needs]),
    "tool": lambda surface, needs: reverse("tool", args=[needs]),
    "vendor": lambda surface, needs: reverse("vendor", args=[needs]),
    "evidence": lambda surface, needs: _evidence(surface, needs),
    "renew": lambda surface, needs: _renewal(surface, needs),
    "drill": lambda surface, needs: f"{reverse('drill-new')}?{urlencode({'surface': surface, 'kind': 'kill_switch'})}",
    "evals": lambda surface, needs: reverse("surface-evals", args=[surface]),
    "on-call": lambda surface, needs: f"{reverse('on-call-route-new')}?{urlencode({'surface': surface})}",
    "path": lambda surface, needs: reverse("escalation-path", args=[needs]),
    "owasp": lambda surface, needs: reverse("surface-owasp", args=[surface]),
}


def _evidence(surface: str, control: str) -> str:
    """Where evidence for a control of a surface is collected; the page leads back to the control."""
    back = f"{reverse('surface-controls', args=[surface])}#{control.replace(':', '-')}"
    return f"{reverse('evidence-new')}?{urlencode({'surface': surface, 'control': control, 'back': back})}"


def _renewal(surface: str, key: str) -> str:
    """Where evidence that ran out is renewed; the page leads back to the surface."""
    back = urlencode({"back": reverse("surface-controls", args=[surface])})
    return f"{reverse('evidence-renew', args=[key])}?{back}"
