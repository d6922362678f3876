"""A later release may change a table that triggers watch, with rows in it."""

import pytest
from django.apps import apps
from django.db import connection, migrations
from django.db.migrations.state import ProjectState
from django.db.models.signals import post_migrate, pre_migrate

from governance.ledger import appendonly
from registry.surfaces.models import Surface
from tests.registry.building import make_surface
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("only_sqlite")]
LABEL, MODEL, FIELD = "registry", "surface", "name"


@pytest.fixture
def changed() -> list[ProjectState]:
    """The tables before and after a migration that changes a column."""
    before = ProjectState.from_apps(apps)
    field = before.models[LABEL, MODEL].fields[FIELD].clone()
    field.null = not field.null
    after = before.clone()
    operation = migrations.AlterField(MODEL, FIELD, field)
    operation.state_forwards(LABEL, after)
    return [before, after]


def migrate(before: ProjectState, after: ProjectState) -> None:
    """Do what `manage.py migrate` does around one operation."""
    config = apps.get_app_config("governance")
    told = {"app_config": config, "verbosity": 0, "interactive": False, "using": "default", "plan": [("one", False)]}
    pre_migrate.send(sender=config, apps=before.apps, **told)
    operation = migrations.AlterField(MODEL, FIELD, after.models[LABEL, MODEL].fields[FIELD])
    with connection.schema_editor() as editor:
        operation.database_forwards(LABEL, editor, before, after)
    post_migrate.send(sender=config, apps=after.apps, **told)


def test_a_watched_table_can_be_changed_and_is_watched_again(world: World, changed: list[ProjectState]) -> None:
    surface = make_surface(actor=world.rosa, owner=world.noor, team=world.team("claims"))
    before, after = changed

    migrate(before, after)

    assert Surface.objects.get(pk=surface.pk).name == surface.name
    assert appendonly.missing() == set()
    migrate(after, before)
    assert appendonly.missing() == set()


def test_a_migrate_with_nothing_to_do_leaves_the_triggers_alone(world: World) -> None:
    appendonly.step_aside(plan=[])
    assert appendonly.missing() == set()
