"""A fixed cast in a small, complete company, made once through actions and then replayed row by row for each test.

def test_something(world):
    world.ada      # administrator          world.rosa    # risk officer
    world.ingrid   # leader, executive sponsor
    world.noor     # member of Claims, owns things    world.sam     # member, leads Claims (position Team lead)
    world.ben      # member of Support                world.tomas   # member, position Support operations
    world.daniel   # position Engineering             world.priya   # position Security
    world.marta    # position Legal                   world.jun     # position Compliance
    world.lena     # position Product manager
    world.aud      # auditor                          world.gus     # guest auditor
    world.bot      # service account
    world.team("claims"), world.position("security"), world.system
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import time_machine
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from governance.people import actions
from governance.people.models import Position, Team, User
from governance.people.system import system_actor

PASSWORD = "a plumb line hangs true"
BORN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
GUEST_UNTIL = datetime(2035, 1, 1, tzinfo=UTC)
HOST = "example.org"

TEAMS = ("Claims", "Support", "Engineering", "Platform", "Security", "Legal", "Product")
BELOW = {"Platform": "engineering"}
# nickname: full name, role, team, job title
CAST = {
    "rosa": ("Rosa Lindqvist", "risk_officer", "legal", "Model-risk officer"),
    "ingrid": ("Ingrid Aasen", "leader", "", "Chief operating officer"),
    "noor": ("Noor Haddad", "member", "claims", "Claims product lead"),
    "ben": ("Ben Okafor", "member", "support", "Support specialist"),
    "daniel": ("Daniel Weiss", "member", "engineering", "Head of engineering"),
    "priya": ("Priya Raman", "member", "security", "Security lead"),
    "marta": ("Marta Kowalska", "member", "legal", "General counsel"),
    "jun": ("Jun Takeda", "member", "legal", "Compliance manager"),
    "lena": ("Lena Fischer", "member", "product", "Product manager"),
    "tomas": ("Tomas Novak", "member", "support", "Support operations manager"),
    "sam": ("Sam Carter", "member", "claims", "Claims team lead"),
    "aud": ("Aud Nygaard", "auditor", "", "Internal auditor"),
    "gus": ("Gus Moreau", "guest_auditor", "", "External auditor"),
}
# key: name, holder, whether it is held team by team
POSITIONS = {
    "team-lead": ("Team lead", "sam", True),
    "product-manager": ("Product manager", "lena", False),
    "support-operations": ("Support operations", "tomas", False),
    "engineering": ("Engineering", "daniel", False),
    "security": ("Security", "priya", False),
    "legal": ("Legal", "marta", False),
    "compliance": ("Compliance", "jun", False),
    "executive-sponsor": ("Executive sponsor", "ingrid", False),
}


class World:
    """The company as a test finds it. People are attributes; they are read anew for every test."""

    @cached_property
    def _people(self) -> dict[str, User]:
        found = User.objects.select_related("team").exclude(kind=User.Kind.SYSTEM)
        return {person.email.partition("@")[0]: person for person in found}

    def __getattr__(self, name: str) -> User:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._people[name]
        except KeyError:
            raise AttributeError(f"there is no {name} in the cast") from None

    @property
    def system(self) -> User:
        """Plumbline itself."""
        return system_actor()

    def team(self, key: str) -> Team:
        """Return a team by its key."""
        return Team.objects.get(key=key)

    def position(self, key: str) -> Position:
        """Return a position by its key."""
        return Position.objects.get(key=key)


def build() -> None:
    """Make the company through actions, as it would be made by hand."""
    with time_machine.travel(BORN, tick=False):
        ada = actions.found_company(
            "Halden Mutual", admin_name="Ada Holm", admin_email=f"ada@{HOST}", password=PASSWORD, time_zone="UTC"
        )
        teams: dict[str, Team] = {}
        for name in TEAMS:
            parent = teams.get(BELOW.get(name, ""))
            team = actions.create_team(name, actor=ada, parent=parent, cost_centre=f"CC-{len(teams) + 1:02}")
            teams[team.key] = team
        cast = {
            nick: actions.add_person(
                name,
                actor=ada,
                email=f"{nick}@{HOST}",
                role=role,
                team=teams.get(team),
                title=title,
                password=PASSWORD,
                expires_at=GUEST_UNTIL if role == "guest_auditor" else None,
            )
            for nick, (name, role, team, title) in CAST.items()
        }
        actions.create_service_account("Claims gateway", actor=ada, email=f"bot@{HOST}", team=teams["claims"])
        _seat(ada, cast, teams)


def _seat(ada: User, cast: dict[str, User], teams: dict[str, Team]) -> None:
    held = {position.key: position for position in Position.objects.all()}
    for key, (name, holder, per_team) in POSITIONS.items():
        position = held.get(key) or actions.create_position(name, actor=ada, key=key, per_team=per_team)
        team = teams["claims"] if position.per_team else None
        actions.name_holder(position, actor=ada, person=cast[holder], team=team, starts_on=date(2026, 1, 5))


class Snapshot:
    """All rows of the built company, to be put back with a few plain INSERTs."""

    def __init__(self) -> None:
        with transaction.atomic():
            before = {model: self._count(model) for model in self._models()}
            build()
            self.rows = {model: rows for model in self._models() if (rows := self._read(model)) and not before[model]}
            transaction.set_rollback(True)
        self.script = self._written_out() if connection.vendor == "postgresql" else ""

    def restore(self) -> None:
        """Write the rows into the database of the test, in the open transaction or outside one."""
        with transaction.atomic(), connection.cursor() as cursor:
            if self.script:
                cursor.execute(self.script)
                return
            for model, rows in self.rows.items():
                insert, columns = self._insert(model)
                cursor.executemany(f"{insert} ({', '.join(['%s'] * columns)})", rows)

    def _written_out(self) -> str:
        """Return all of it as one text of SQL: thirty tables in one go are a third of thirty trips to PostgreSQL."""
        from psycopg import ClientCursor

        with connection.cursor():
            pen = ClientCursor(connection.connection)
        statements = list(connection.ops.sequence_reset_sql(no_style(), list(self.rows)))
        for model, rows in reversed(self.rows.items()):
            insert, columns = self._insert(model)
            marks = f"({', '.join(['%s'] * columns)})"
            statements.insert(0, insert + ", ".join(pen.mogrify(marks, row) for row in rows))
        return ";\n".join(statement.rstrip(";") for statement in statements)

    @staticmethod
    def _insert(model: type[models.Model]) -> tuple[str, int]:
        columns = [connection.ops.quote_name(field.column) for field in model._meta.local_concrete_fields]
        table = connection.ops.quote_name(model._meta.db_table)
        return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ", len(columns)

    @staticmethod
    def _models() -> Iterator[type[models.Model]]:
        labels = ("governance", "registry", "incidents")
        ours = [model for label in labels for model in apps.get_app_config(label).get_models()]
        found = [apps.get_model("auth", "Group"), *ours]
        found += [field.remote_field.through for model in ours for field in model._meta.local_many_to_many]
        yield from dict.fromkeys(found)

    @staticmethod
    def _count(model: type[models.Model]) -> int:
        return model._base_manager.count()

    @staticmethod
    def _read(model: type[models.Model]) -> list[tuple[Any, ...]]:
        columns = [field.column for field in model._meta.local_concrete_fields]
        names = ", ".join(connection.ops.quote_name(column) for column in columns)
        table = connection.ops.quote_name(model._meta.db_table)
        order = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.pk_fields)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {names} FROM {table} ORDER BY {order}")
            found = cursor.fetchall()
        return [tuple(_writable(value) for value in row) for row in found]


def _writable(value: Any) -> Any:
    if connection.vendor == "postgresql" and isinstance(value, dict | list):
        from psycopg.types.json import Jsonb

        return Jsonb(value)
    return value
