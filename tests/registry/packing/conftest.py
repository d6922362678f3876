"""A surface with a contract in force and all that a pack tells of, and the window through which a pack looks at it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.core import clock
from governance.packs.sections import FULL, PackSection, Window
from registry.changes import actions as changes
from registry.controls import actions as controls
from registry.exceptions import actions as exceptions
from registry.packing import scopes
from registry.risks import actions as risks
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface, paperwork
from tests.world import World

BUYERS = frozenset({"people", "risks", "costs", "comments", "history", "attachments", "trace_ids", "endpoints.account"})


class Lying(list[dict[str, Any]]):
    """Records as they lie in a pack, read from memory."""

    def __init__(self, made: Any) -> None:
        super().__init__(dict(row) for row in made.rows)
        self.key, self.label, self.columns, self.count = made.key, made.label, made.columns, len(self)


def collected(window: Window, *sections: PackSection) -> dict[str, Lying]:
    """Return the records of sections by key; rows have exactly the columns that are told."""
    found: dict[str, Lying] = {}
    for section in sections:
        for made in section.records(window):
            assert made.key not in found
            found[made.key] = Lying(made)
            names = [column.name for column in made.columns]
            assert all(list(row) == names for row in found[made.key]), made.key
    return found


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    """Files of these tests lie in a folder of their own."""
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": own}


@pytest.fixture
def surface(world: World) -> Surface:
    """Claims triage of tier 0: a contract in force with approval, evidence, a run, a drill, an exception and a risk."""
    made = make_catalog(actor=world.rosa, owner=world.daniel)
    made["endpoint"].refresh_from_db()
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    contract = contract_for(world.noor)
    paperwork(surface, contract, actor=world.rosa)
    change = changes.propose(surface, actor=world.noor, title="First", why="Asked by Noor.", contract=contract, record=RECORD)
    approvals.decide(
        change.request, actor=world.sam, verdict="approve", digest=change.revision.digest, comment="Sam Carter looked at it."
    )
    surface.refresh_from_db()
    return surface


@pytest.fixture
def fuller(world: World, surface: Surface) -> Surface:
    """The same with an exception, a risk, a drill and a run."""
    today = clock.today()
    terms = {"controls": ["rate_limits"], "surfaces": [surface], "reason": "The vault moves."}
    terms |= {"measures": "Noor Haddad looks each day.", "owner": world.noor, "expires_on": today + timedelta(days=7)}
    exceptions.ask_for(actor=world.noor, **terms)
    risks.register(
        actor=world.noor, title="Wrong queue", area="data_exposure", surface=surface, owner=world.noor, likelihood=2, impact=3,
        review_on=today + timedelta(days=30),
    )  # fmt: skip
    controls.evaluate([surface])
    return surface


@pytest.fixture
def look(world: World) -> Callable[..., Window]:
    """Make a window over the whole company, for the last thirty days unless told otherwise."""

    def through(user: Any = None, edition: str = FULL, **more: Any) -> Window:
        user = user or world.rosa
        scope = scopes.company(user, ())
        today = clock.now().date()
        ids = {"surface_ids": scope.surface_ids, "team_ids": scope.team_ids, "vendor_ids": scope.vendor_ids}
        window = Window("company", today - timedelta(days=30), today, edition, clock.now(), user, **ids)
        return replace(window, **more)

    return through
