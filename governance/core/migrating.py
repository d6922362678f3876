"""A migration operation that makes many tables at once.

Django renders every model that is connected to a new one anew after each `CreateModel`. In a company's register all are
connected (each belongs to a person in the end), so that time grows with the square of the number of tables. Here the state
takes all of them in first and is rendered once; the tables are then made as the finished state describes them, the way
`migrate --run-syncdb` makes those of apps without migrations.
"""

from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel


class CreateModels(Operation):
    """Make tables by `CreateModel`, with whatever adds fields, constraints or indexes to these same tables beside it.

    `operations` are Django's, in the order in which Django would run them. One that touches a table which is not made
    here raises ValueError: such a change has to see the table as it was.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: list[Any]) -> None:
        self.operations = operations
        self.names = [each.name for each in operations if isinstance(each, CreateModel)]
        made = {name.lower() for name in self.names}
        for each in operations:
            target = str(getattr(each, "model_name", None) or getattr(each, "name", ""))
            if target.lower() not in made:
                raise ValueError(f"{each.describe()}: the table is not made by this operation; let it stand by itself")

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Take all of it into the state; what was rendered of it is thrown away and rendered once when it is asked for."""
        state.__dict__.pop("apps", None)
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the tables. Foreign keys between them are added last, so their order does not matter."""
        for name in self.names:
            model = to_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the tables, the last one first."""
        for name in reversed(self.names):
            model = from_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        """Say what it does."""
        return f"Create {len(self.names)} models"

    @property
    def migration_name_fragment(self) -> str:
        """Name a migration after it."""
        return self.names[0].lower()
