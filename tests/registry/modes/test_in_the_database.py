"""Modes in SQL: no step without a record, none upwards without its own approval. No code is asked."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from registry.modes import actions
from registry.modes.models import ModeChange, ModeRaise
from registry.surfaces.models import Surface
from tests.registry.modes.conftest import agree

STEP = (
    "INSERT INTO registry_modechange (surface_id, before, after, reason, actor_id, standing, at, request_id, drill, fallback)"
    " VALUES (%s, %s, %s, 'By hand.', %s, '', '2026-11-20 10:00:00+00:00', %s, '', '')"
)


def run(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def refuse(why: str, sql: str, *values: Any) -> None:
    with pytest.raises(IntegrityError, match=why):
        run(sql, *values)


def set_mode(surface: Surface, mode: str) -> tuple[str, str, int]:
    return "UPDATE registry_surface SET mode = %s WHERE id = %s", mode, surface.pk


def test_no_mode_moves_without_its_step(world: Any, surface: Surface) -> None:
    refuse("step on record", *set_mode(surface, "off"))
    run(STEP, surface.pk, "normal", "no_tools", world.noor.pk, None)
    refuse("step on record", *set_mode(surface, "off"))
    run(*set_mode(surface, "no_tools"))
    refuse("step on record", *set_mode(surface, "normal"))


def test_a_step_starts_where_the_surface_is(world: Any, lowered: Surface) -> None:
    refuse("starts from", STEP, lowered.pk, "normal", "off", world.noor.pk, None)


def test_no_step_up_without_an_approved_request_for_exactly_it(world: Any, asked: ModeRaise) -> None:
    surface = asked.surface
    for after in ("normal", "human_review", "nonsense"):
        for request in (None, asked.request.pk):
            refuse("only with an approved request", STEP, surface.pk, "no_tools", after, world.noor.pk, request)
    agree(asked, world.sam)
    lower = actions.lower(Surface.objects.get(pk=surface.pk), actor=world.noor, to="off", reason="Again.")
    assert lower.after == "off"
    for after in ("normal", "no_tools"):  # an approval is for one raise, and used once
        refuse("only with an approved request|UNIQUE|unique", STEP, surface.pk, "off", after, world.noor.pk, asked.request.pk)


def test_a_raise_keeps_its_terms_and_is_not_done_by_hand(world: Any, asked: ModeRaise) -> None:
    for column in ("after", "digest", "reason"):
        refuse("keeps what was asked", f"UPDATE registry_moderaise SET {column} = 'off' WHERE id = %s", asked.pk)
    refuse("done by a step", "UPDATE registry_moderaise SET state = 'done' WHERE id = %s", asked.pk)


def test_steps_are_never_rewritten(world: Any, lowered: Surface) -> None:
    refuse("append-only", "UPDATE registry_modechange SET reason = 'Nothing.'")
    refuse("append-only", "DELETE FROM registry_modechange")
    assert ModeChange.objects.get().reason == "It booked twice."


def test_a_surface_starts_in_normal_mode(world: Any, surface: Surface) -> None:
    columns = [f.column for f in Surface._meta.local_concrete_fields if not f.primary_key]
    parts = ["'off'" if name == "mode" else "NULL" if name.startswith("in_force") else name for name in columns]
    parts = ["'idea'" if name == "state" else part for name, part in zip(columns, parts, strict=True)]
    refuse(
        "starts in normal",
        f"INSERT INTO registry_surface ({', '.join(columns)}) SELECT {', '.join(parts)} FROM registry_surface WHERE id = %s",
        surface.pk,
    )
