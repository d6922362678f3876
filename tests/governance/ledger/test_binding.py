"""Every append-only row is bound by an entry of its transaction: one by one, in bulk, and in the whole company of the tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import models, transaction

from governance.core.errors import OutsideAction
from governance.ledger import appendonly, bound, check, journal
from governance.ledger.models import Entry
from governance.ledger.rows import AppendOnly, Rows
from governance.people import actions as people
from tests.world import World


def bound_ids() -> dict[str, dict[int, str]]:
    """Return the digest of every row that some entry binds, by model and id."""
    found: dict[str, dict[int, str]] = {}
    for body in Entry.objects.values_list("body", flat=True):
        for each in bound.references(json.loads(body)):
            found.setdefault(each.model, {})[each.id] = each.digest
    return found


def test_every_protected_model_binds_its_rows() -> None:
    for model in appendonly.bound_models():
        if check.is_history(model):
            continue
        assert issubclass(model, AppendOnly), f"{model.__name__} is @protect-ed: let it inherit ledger.rows.AppendOnly"
        rows = model._default_manager.all()
        assert isinstance(rows, Rows), f"{type(rows).__name__} of {model.__name__} must be based on ledger.rows.Rows"
        assert isinstance(model._meta.pk, models.AutoField | models.BigAutoField), f"{model.__name__} is numbered by its database"


def test_no_row_of_the_company_is_unbound_and_each_is_what_was_bound(world: World) -> None:
    known = bound_ids()
    for model in appendonly.bound_models():
        held = known.get(model._meta.label_lower, {})
        for row in model._base_manager.all():
            assert held.get(row.pk) == bound.digest_of(row), f"{model.__name__} {row.pk}"


def test_reading_values_gives_the_digest_that_reading_objects_gives(world: World) -> None:
    for model in appendonly.bound_models():
        names = [name for name, _ in bound.columns(model)]
        for row, values in zip(
            model._base_manager.order_by("pk"), model._base_manager.order_by("pk").values_list(*names), strict=True
        ):
            assert bound.digest_of(row) == bound.digest_of_values(model, values)


def test_rows_are_written_by_actions_only(world: World) -> None:
    from governance.policy.models import PolicyVersion

    version = PolicyVersion.objects.order_by("-number")[0]
    version.pk = None
    with pytest.raises(OutsideAction):
        version.save()
    with pytest.raises(OutsideAction):
        PolicyVersion.objects.bulk_create([version])


def test_what_follows_a_commit_joins_no_journal_that_is_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    open_at_commit: list[bool] = []
    real = transaction.atomic

    @contextmanager
    def atomic(*args: Any, **kwargs: Any) -> Iterator[None]:
        with real(*args, **kwargs):
            yield
            open_at_commit.append(journal.is_open())

    monkeypatch.setattr(transaction, "atomic", atomic)
    people.create_team("Night shift", actor=world.ada)
    assert open_at_commit[-1] is False and not journal.is_open()


@pytest.mark.parametrize("count", [0, 1, bound.FEW, bound.FEW + 1, 300])
def test_what_is_bundled_comes_apart_again(count: int) -> None:
    given = [bound.Reference("registry.blob", id_ * 2 if id_ > 100 else id_, f"{id_:064x}") for id_ in range(1, count + 1)]
    body: dict[str, Any] = {"history": [], "rows": bound.bundle(given)}
    assert sorted(bound.references(json.loads(json.dumps(body)))) == sorted(given)
    assert count <= bound.FEW or len(body["rows"]) == 1


def test_a_row_from_before_a_column_was_added_is_still_known(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    from governance.policy.models import PolicyVersion

    row = PolicyVersion.objects.order_by("-number")[0]
    names = frozenset(name for name, _ in bound.columns(PolicyVersion)) - {"summary"}
    older = bound.digest.digest({name: getattr(row, name) for name in names})
    monkeypatch.setattr(bound, "earlier_columns", lambda label: (names,))
    assert bound.as_bound(row, older) is not None
    row.label = "another"
    assert bound.as_bound(row, older) is None


def test_earlier_columns_are_read_from_the_migrations(settings: Any) -> None:
    settings.MIGRATION_MODULES = {}
    bound.earlier_columns.cache_clear()
    shapes = bound.earlier_columns("registry.historicalchange")
    assert any("widens" not in shape and "surface_id" in shape for shape in shapes)
