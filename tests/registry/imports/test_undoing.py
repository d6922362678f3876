"""A whole import is taken back, and nobody's work with it."""

import pytest

from governance.core import jobs
from governance.core.errors import Denied
from governance.ledger.models import Entry
from governance.ledger.queries import activity
from governance.people.models import Team
from registry.imports import actions
from registry.imports.models import ImportBatch
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from tests.registry.imports.conftest import INVENTORY

pytestmark = pytest.mark.django_db


def undo(batch, actor):
    actions.ask_undo(batch, actor=actor)
    jobs.run_pending()
    batch.refresh_from_db()
    return batch


def test_what_it_made_is_removed_and_its_history_stays(world, take_in):
    batch = take_in(INVENTORY, world.rosa)
    ids = list(Surface.objects.values_list("pk", flat=True))
    undo(batch, world.rosa)
    assert batch.state == ImportBatch.State.UNDONE
    assert batch.counts["removed"] == 3
    assert not Surface.objects.exists()
    assert Surface.history.model.objects.filter(id__in=ids, history_type="-").count() == 3
    assert Entry.objects.filter(kind="surface.import_undone").count() == 3
    assert activity(batch)[0].sentence == "undid the import of inventory.csv: 3 removed, 0 changed back, 0 kept"


def test_what_it_changed_is_changed_back(world, take_in):
    take_in(INVENTORY, world.rosa)
    later = INVENTORY.replace(b"Sorts incoming", b"Routes incoming").replace(b"keep me", b"other")
    batch = take_in(later, world.rosa)
    undo(batch, world.rosa)
    surface = Surface.objects.get(external_id="A-1")
    assert (surface.purpose, surface.attributes["Notes"]) == ("Sorts incoming claims", "keep me")
    assert surface.version == 3
    assert batch.counts["reverted"] == 1
    assert Surface.objects.count() == 3


def test_what_somebody_touched_since_is_kept_and_listed(world, take_in):
    batch = take_in(INVENTORY, world.rosa)
    surfaces.edit(Surface.objects.get(external_id="A-1"), actor=world.noor, topic="My own work")
    undo(batch, world.rosa)
    assert Surface.objects.get().topic == "My own work"
    kept = batch.rows.get(fate="kept")
    assert kept.problems[0]["message"] == "It was changed since."
    assert (batch.counts["kept"], batch.counts["removed"]) == (1, 2)


def test_what_others_build_on_is_kept_even_if_it_did_not_change_itself(world, take_in):
    batch = take_in(INVENTORY, world.rosa)
    surface = Surface.objects.get(external_id="A-1")
    surfaces.save_draft(surface, actor=world.noor, contract={})
    undo(batch, world.rosa)
    assert Surface.objects.get() == surface
    assert surface.drafts.exists()


def test_teams_that_it_made_go_unless_something_uses_them(world, take_in):
    data = b"Name,Agency\nA,Bureau of Mines\nB,Bureau of Maps\n"
    batch = take_in(data, world.rosa, create_missing=True)
    surfaces.edit(Surface.objects.get(name="A"), actor=world.rosa, topic="Touched")
    undo(batch, world.rosa)
    assert Team.objects.filter(name__startswith="Bureau").values_list("name", flat=True).get() == "Bureau of Mines"


def test_an_import_is_undone_once_and_by_who_may(world, take_in):
    batch = take_in(INVENTORY, world.rosa)
    with pytest.raises(Denied):
        actions.ask_undo(batch, actor=world.aud)
    undo(batch, world.rosa)
    with pytest.raises(Denied, match="only one that is in can be undone"):
        actions.ask_undo(batch, actor=world.rosa)
