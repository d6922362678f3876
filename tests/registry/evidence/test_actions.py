"""Evidence is collected, serves controls, is renewed and withdrawn: allowed, denied, stale, recorded."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState, TooLarge, Unavailable
from governance.ledger.models import Entry
from registry.evidence import actions, queries, rules
from registry.evidence import storage as kept
from registry.evidence.models import Blob, Evidence, EvidenceUse
from registry.surfaces.models import Surface
from tests.registry.building import make_surface
from tests.registry.evidence.conftest import PDF, collect
from tests.world import World


def test_a_file_is_kept_by_its_content_and_serves_its_control(world: World, surface: Surface, limits: Evidence) -> None:
    use = limits.uses.get()
    assert (limits.kind, limits.title, limits.blob.media_type) == ("file", "limits.pdf", "application/pdf")
    assert use.expires_on == limits.expires_on == clock.today() + timedelta(days=365)
    assert queries.uses_of([surface]) == {surface.pk: [use]}
    kinds = Entry.objects.filter(actor_ref=world.noor.ref, kind__startswith="evidence").values_list("kind", flat=True)
    assert set(kinds) == {"evidence.collected", "evidence.attached"}


def test_the_same_file_twice_is_one_blob(world: World, limits: Evidence) -> None:
    again = collect(world.ben, name="other name.pdf")
    assert again.blob == limits.blob and again.pk != limits.pk
    assert Blob.objects.count() == 1


def test_a_link_is_kept_and_never_more_than_a_link(world: World) -> None:
    made = actions.collect(actor=world.noor, title="Gateway limits", url="https://git.example/gateway/limits.yaml")
    assert (made.kind, made.digest, made.expires_on) == ("link", "", None)
    bad = ("javascript:alert(1)", "ftp://x.example/a", "https://me:secret@x.example", "https://", "/etc/passwd", "https://[x")
    for url in bad:
        with pytest.raises(Invalid):
            actions.collect(actor=world.noor, url=url)


def test_a_thing_held_here_is_evidence_with_its_hash(world: World, surface: Surface) -> None:
    made = actions.collect(actor=world.noor, record=surface)
    assert (made.record_type, made.record_id, made.title) == (
        "registry.surface",
        str(surface.pk),
        f"Surface {surface.key}: {surface}",
    )


def test_what_one_cannot_see_is_no_evidence_of_ones_own(world: World, other: Surface) -> None:
    with pytest.raises(NotVisible):
        actions.collect(actor=world.noor, record=other)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"url": "https://a.example", "file": io.BytesIO(PDF)},
        {"file": io.BytesIO(b"")},
        {"url": "https://a.example", "collected_on": date(2100, 1, 1)},
        {"url": "https://a.example", "expires_on": date(2020, 1, 1)},
        {"url": "https://a.example", "control": "rate_limits"},
        {"url": "https://a.example", "title": "nul \x00"},
    ],
)
def test_what_makes_no_sense_is_refused(world: World, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        actions.collect(actor=world.noor, **given)
    assert not Evidence.objects.exists()


def test_what_is_too_large_is_refused_whatever_size_it_claims(world: World, settings: Any, storage: Path) -> None:
    settings.EVIDENCE_MAX_MB = 1
    claimed = io.BytesIO(b"x" * (1024 * 1024 + 1))
    claimed.size = 10  # type: ignore[attr-defined]
    with pytest.raises(TooLarge):
        actions.collect(actor=world.noor, file=claimed)
    assert not list(storage.rglob("*.*"))


def test_evidence_without_an_end_of_its_own_ends_when_policy_ends_it(world: World, surface: Surface) -> None:
    made = actions.collect(actor=world.noor, url="https://a.example", collected_on=date(2026, 1, 1))
    use = actions.attach(made, surface, "injection_defences", actor=world.noor)
    trail = actions.attach(made, surface, "audit:prompts", actor=world.noor)
    assert (use.expires_on, trail.expires_on, made.expires_on) == (date(2026, 6, 30), None, None)


def test_only_who_may_edit_a_surface_attaches_and_detaches(world: World, surface: Surface, limits: Evidence) -> None:
    link = actions.collect(actor=world.ben, url="https://a.example")
    for person in (world.ben, world.aud, world.gus):
        with pytest.raises(Denied):
            actions.attach(link, surface, "rate_limits", actor=person)
        with pytest.raises(Denied):
            actions.detach(limits.uses.get(), actor=person)
        with pytest.raises(Denied):
            actions.collect(actor=person, url="https://a.example", surface=surface, control="rate_limits")
    actions.attach(link, surface, "rate_limits", actor=world.rosa)
    with pytest.raises(Denied):
        actions.collect(actor=world.aud, url="https://a.example")


def test_nobody_attaches_what_they_cannot_see(world: World, surface: Surface) -> None:
    link = actions.collect(actor=world.ben, url="https://a.example")
    with pytest.raises(Denied, match="cannot see"):
        actions.attach(link, surface, "rate_limits", actor=world.noor)


def test_evidence_serves_known_controls_once(world: World, surface: Surface, limits: Evidence) -> None:
    with pytest.raises(Invalid):
        actions.attach(limits, surface, "no_such", actor=world.noor)
    with pytest.raises(Conflict):
        actions.attach(limits, surface, "rate_limits", actor=world.noor)
    actions.attach(limits, surface, "owasp:LLM10", actor=world.noor)
    assert limits.uses.count() == 2


def test_detaching_leaves_the_evidence_and_tells_both(world: World, surface: Surface, limits: Evidence) -> None:
    actions.detach(limits.uses.get(), actor=world.noor, reason="Wrong control.")
    assert not EvidenceUse.objects.exists()
    entry = Entry.objects.get(kind="evidence.detached")
    assert {(each.subject_type, each.subject_id) for each in entry.mentions.all()} == {
        ("registry.evidence", str(limits.pk)),
        ("registry.surface", str(surface.pk)),
    }


def test_withdrawn_evidence_stays_in_use_and_counts_no_more(world: World, surface: Surface, limits: Evidence) -> None:
    with pytest.raises(Invalid):
        actions.withdraw(limits, actor=world.noor, reason=" ")
    with pytest.raises(Denied):
        actions.withdraw(limits, actor=world.sam, reason="Not mine.")
    with pytest.raises(StaleState):
        actions.withdraw(limits, actor=world.noor, reason="Old.", expected_version=99)
    actions.withdraw(limits, actor=world.noor, reason="It was the other service's.")
    use = queries.uses_of([surface.pk])[surface.pk][0]
    assert (use.evidence.state, rules.counts(use, clock.today())) == ("withdrawn", False)
    with pytest.raises(Denied):
        actions.withdraw(limits, actor=world.noor, reason="Again.")
    with pytest.raises(Conflict):
        actions.attach(limits, surface, "sandbox", actor=world.noor)


def test_a_new_one_takes_over_the_uses(world: World, surface: Surface, limits: Evidence) -> None:
    new = actions.renew(limits, actor=world.noor, file=io.BytesIO(PDF + b"2"), file_name="limits 2.pdf", expected_version=1)
    limits.refresh_from_db()
    assert (limits.state, new.title, new.renews) == ("renewed", "limits.pdf", limits)
    assert [use.evidence for use in queries.uses_of([surface])[surface.pk]] == [new]
    with pytest.raises(Denied):
        actions.renew(limits, actor=world.noor, url="https://a.example")


def test_who_edits_one_surface_renews_for_that_one_only(world: World, surface: Surface, other: Surface, limits: Evidence) -> None:
    actions.attach(limits, other, "rate_limits", actor=world.rosa)
    with pytest.raises(Denied):
        actions.renew(limits, actor=world.tomas, url="https://a.example")
    with pytest.raises(StaleState):
        actions.renew(limits, actor=world.ben, url="https://a.example", expected_version=9)
    new = actions.renew(limits, actor=world.ben, url="https://b.example")
    limits.refresh_from_db()
    assert limits.state == "current"
    assert [use.surface for use in limits.uses.all()] == [surface]
    assert [use.surface for use in new.uses.all()] == [other]


def test_evidence_is_seen_where_its_surfaces_are(world: World, surface: Surface, other: Surface, limits: Evidence) -> None:
    seen = {
        nick
        for nick in ("ada", "rosa", "ingrid", "noor", "sam", "ben", "aud", "gus")
        if limits in queries.visible_to(getattr(world, nick))
    }
    assert seen == {"ada", "rosa", "ingrid", "noor", "sam", "aud"}


def test_what_ends_soon_waits_for_collector_and_owner(world: World, freeze: Any) -> None:
    theirs = make_surface(actor=world.ada, owner=world.sam, team=world.team("claims"), tier=2)
    made = collect(world.rosa, surface=theirs, control="rate_limits")
    assert not queries.to_renew(world.sam)
    freeze(clock.now() + timedelta(days=336))
    assert list(queries.to_renew(world.sam)) == list(queries.to_renew(world.rosa)) == [made]
    assert not queries.to_renew(world.noor)
    assert made in queries.expiring(queries.visible_to(world.sam), clock.today())
    freeze(clock.now() + timedelta(days=60))
    assert made in queries.expired(queries.visible_to(world.sam), clock.today())
    assert not rules.counts(made.uses.get(), clock.today())


def test_a_changed_file_is_not_given_back(world: World, limits: Evidence, storage: Path) -> None:
    path = storage / limits.blob.stored_as
    path.chmod(0o600)
    path.write_bytes(b"something else")
    with pytest.raises(Unavailable, match="hash differs"):
        kept.take(limits.blob.stored_as, limits.digest)
    path.unlink()
    with pytest.raises(Unavailable, match="missing"):
        kept.take(limits.blob.stored_as, limits.digest)
    collect(world.noor)
    assert path.read_bytes() == PDF, "handing the same file in again puts it back"


def test_uses_of_many_surfaces_take_one_statement(
    world: World, surface: Surface, limits: Evidence, django_assert_num_queries: Any
) -> None:
    actions.attach(limits, surface, "sandbox", actor=world.noor)
    with django_assert_num_queries(1):
        found = queries.uses_of([surface])
        assert [use.evidence.collector.name for use in found[surface.pk]] == ["Noor Haddad"] * 2


class TestTheDatabaseItself:
    """What no code path may do, tried with plain SQL."""

    def refuse(self, sql: str, *values: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)

    def test_it_refuses_other_content(self, limits: Evidence) -> None:
        self.refuse("UPDATE registry_evidence SET digest = 'x' WHERE id = %s", limits.pk)
        self.refuse("UPDATE registry_evidence SET blob_id = NULL WHERE id = %s", limits.pk)
        self.refuse("UPDATE registry_evidence SET url = 'https://a.example' WHERE id = %s", limits.pk)
        self.refuse("UPDATE registry_blob SET size = 1 WHERE id = %s", limits.blob_id)
        self.refuse("DELETE FROM registry_blob WHERE id = %s", limits.blob_id)

    def test_it_refuses_to_withdraw_without_a_reason_and_to_use_what_is_over(self, world: World, limits: Evidence) -> None:
        self.refuse("UPDATE registry_evidence SET state = 'withdrawn' WHERE id = %s", limits.pk)
        use = limits.uses.get()
        actions.withdraw(limits, actor=world.noor, reason="Wrong.")
        copied = "version, created_at, updated_at, evidence_id, surface_id, expires_on"
        self.refuse(
            f"INSERT INTO registry_evidenceuse ({copied}, control)"
            f" SELECT {copied}, 'sandbox' FROM registry_evidenceuse WHERE id = %s",
            use.pk,
        )


def test_files_nobody_recorded_are_tidied_away(world: World, limits: Evidence, storage: Path, freeze: Any) -> None:
    stray = io.BytesIO(b"stray")
    name = kept.put(stray, kept.read(stray))
    claimed = set(Blob.objects.values_list("stored_as", flat=True))
    assert list(kept.unclaimed(claimed, clock.now())) == []
    assert list(kept.unclaimed(claimed, clock.now() + timedelta(days=2))) == [name]
