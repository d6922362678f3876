"""The gallery as the only site: its addresses, its templates, its navigation."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.test import Client

from governance.core import contributions
from governance.core.contributions import NavItem, PaletteCommand, SearchHit, SearchSource
from governance.core.models import Job
from governance.ui.extensions import Banner, Footing, ListBulk, ObjectPanel, PersonBadge, PersonLink, TopAction

TEMPLATES = Path(__file__).parent / "templates"
SHOWN = (NavItem, PaletteCommand, SearchSource, PersonLink, PersonBadge, TopAction, Banner, Footing, ObjectPanel, ListBulk)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find things by their label."""
    found = Job.objects.filter(label__icontains=words).exclude(label__startswith="Hidden")[:limit]
    return [SearchHit(job.label, f"/things/{job.key}/", job.key, "surface") for job in found]


@pytest.fixture(autouse=True)
def gallery(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve the gallery, with contributions of its own and no others."""
    settings.ROOT_URLCONF = "tests.governance.ui.gallery"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}]
    for loader in engines["django"].engine.template_loaders:
        loader.reset()
    kept = {kind: shelf for kind, shelf in contributions._items.items() if kind not in SHOWN}
    monkeypatch.setattr(contributions, "_items", kept)
    contributions.contribute(NavItem("briefing", "Briefing", "home", "briefing", order=1))
    contributions.contribute(NavItem("things", "Surfaces", "things", "surface", "What exists", 1, count=lambda user: 2133))
    contributions.contribute(NavItem("secret", "Secret", "home", "lock", "Rules", visible=lambda user: False))
    contributions.contribute(PaletteCommand("new", "Register a surface", lambda user: "/register/name/", words="add create"))
    contributions.contribute(SearchSource("things", "Surfaces", find))
    return


@pytest.fixture
def things(db: None) -> list[Job]:
    """Sixty things, one of them locked, one hidden."""
    rows = [
        Job(
            key=f"S-{number:04}",
            kind="b" if number % 5 == 0 else "a",
            label=f"Surface {number:02}",
            args={"owner": "" if number % 7 == 0 else "Noor Haddad", "team": "Claims"},
            state=Job.State.values[number % 5],
            attempts=number % 5,
            total=number * 100,
        )
        for number in range(1, 59)
    ]
    rows += [Job(key="S-0059", kind="a", label="Locked surface"), Job(key="S-0060", kind="a", label="Hidden surface")]
    Job.objects.bulk_create(rows)
    return list(Job.objects.order_by("key"))


@pytest.fixture
def browser_of(world: Any, client_as: Callable[..., Client]) -> Client:
    """A browser in which Noor Haddad is signed in."""
    return client_as(world.noor)
