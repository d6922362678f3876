"""What the demo contributes: an offer at set-up, who to sign in as, a banner on every page, its job."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from governance.core.company import current
from governance.core.contributions import JobKind, contribute
from governance.people import roles
from governance.people.models import User
from governance.people.offers import DoorNote, SetupOffer
from governance.ui.extensions import Banner
from registry.demo import actions
from registry.demo.loading import PASSWORD

SHOWN = ("ada", "rosa", "ingrid", "noor", "daan", "ben", "priya", "jun", "owen")


def cast() -> dict[str, Any]:
    """Return who one can be in the demo."""
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(kind=User.Kind.PERSON, is_active=True)}
    return {"people": [people[name] for name in SHOWN if name in people], "password": PASSWORD}


def is_loaded() -> bool:
    """Whether this installation holds the demo."""
    return current().has_demo


def said(user: Any) -> str:
    """Return the banner's words while the demo is loaded."""
    return "This is a demo company. Nothing in it is real." if user.is_authenticated and is_loaded() else ""


def way_out(user: Any) -> str:
    """Return where the demo is removed, for those who may."""
    return reverse("demo-remove") if roles.is_administrator(user) else ""


contribute(
    JobKind(actions.JOB, actions.run_load, label="Load the demo company", lease=timedelta(minutes=2), attempts=2, alone=True)
)
contribute(
    SetupOffer(
        "demo",
        "Look around first",
        "A company with forty surfaces, nineteen people and half a year of history. One click loads it, one removes it.",
        "Load the demo company",
        "demo",
    )
)
contribute(DoorNote("demo", "registry/demo/_door.html", cast, is_loaded))
contribute(Banner("demo", said, url=way_out, action="Remove it"))
