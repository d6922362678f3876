"""Many tables made by one operation are the tables that Django's own operations would make."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from governance.core.migrating import CreateModels


def operations() -> list[migrations.operations.base.Operation]:
    """Return two tables that know of each other, with what Django adds to them afterwards."""
    return [
        migrations.CreateModel("Left", [("id", models.BigAutoField(primary_key=True)), ("size", models.IntegerField())]),
        migrations.CreateModel(
            "Right",
            [("id", models.BigAutoField(primary_key=True)), ("left", models.ForeignKey("core.left", models.PROTECT))],
        ),
        migrations.AddField("left", "best", models.ForeignKey("core.right", models.PROTECT, null=True)),
        migrations.AddConstraint("left", models.CheckConstraint(condition=models.Q(size__gt=0), name="some_size")),
        migrations.AddIndex("right", models.Index(fields=["-left"], name="newest_left")),
    ]


def test_the_state_is_the_same_as_one_by_one() -> None:
    together, apart = ProjectState(), ProjectState()
    assert together.apps is not None
    CreateModels(operations()).state_forwards("core", together)
    for each in operations():
        each.state_forwards("core", apart)
    assert together.models == apart.models
    assert together.apps.get_model("core", "left")._meta.get_field("best").related_model._meta.model_name == "right"


@pytest.mark.django_db
def test_the_tables_are_made_with_all_that_was_added_and_dropped_again() -> None:
    operation, before, after = CreateModels(operations()), ProjectState(), ProjectState()
    operation.state_forwards("core", after)
    with pytest.MonkeyPatch.context() as patch:
        # SQLite's editor wants to stand outside a transaction; nothing is remade here, so it may stand inside this one.
        patch.setattr(connection, "disable_constraint_checking", lambda: True)
        with connection.schema_editor(atomic=False) as editor:
            operation.database_forwards("core", editor, before, after)
    with connection.cursor() as cursor:
        kept = connection.introspection.get_constraints(cursor, "core_left")
        assert "some_size" in kept and "newest_left" in connection.introspection.get_constraints(cursor, "core_right")
        columns = [column.name for column in connection.introspection.get_table_description(cursor, "core_left")]
    assert columns == ["id", "size", "best_id"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "disable_constraint_checking", lambda: True)
        with connection.schema_editor(atomic=False) as editor:
            operation.database_backwards("core", editor, after, before)
    assert not {"core_left", "core_right"} & set(connection.introspection.table_names())


def test_a_change_of_another_table_is_refused() -> None:
    with pytest.raises(ValueError, match="Add field lost to other"):
        CreateModels([*operations(), migrations.AddField("other", "lost", models.IntegerField())])
