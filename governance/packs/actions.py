"""The only writers of audit packs: ask, freeze, compare, give, discard. Building is a job; see building.py."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Max

from governance.core import clock, jobs
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.models import Job
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, record
from governance.packs import queries, rules, storage
from governance.packs.models import Pack, PackBuild, PackReader
from governance.packs.sections import FULL, PackScope, Subject
from governance.people.models import User
from governance.policy import queries as policy

TOUCHED = 20
"""A pack of so many things shows in the activity of each; one of more is found by its own page."""


@action
def ask(
    *,
    actor: User,
    scope: str,
    subjects: Sequence[Subject] = (),
    starts_on: date,
    ends_on: date,
    edition: str = FULL,
    title: str = "",
) -> Pack:
    """Ask for a pack and have it built. `subjects` are what it is about; none for the company. Days are whole UTC days.

    Raises Denied by role, NotVisible for what the person may not see, Invalid for what cannot be built.
    """
    require(rules.may_ask(actor))
    chosen = queries.scope_named(scope)
    if wrong := rules.faults(subjects, chosen, starts_on, ends_on, edition, queries.utc_today()):
        raise Invalid("This pack cannot be built.", fields=wrong)
    assert isinstance(chosen, PackScope)  # noqa: S101 - faults() said so
    require(rules.may_choose(actor, chosen))
    label = chosen.resolve(actor, tuple(each.id for each in subjects)).label
    proof = policy.proof_rules()
    pack = Pack(
        title=(title.strip() or label)[:200],
        scope=scope,
        subjects=[[each.type, each.id, each.key, each.name] for each in subjects],
        starts_on=starts_on,
        ends_on=ends_on,
        edition=edition,
        redact=sorted(proof.redacted[edition]),
        classification=proof.classification.get(edition, "")[:60],
        asked_by=actor,
    )
    told = {
        "about": queries.about_words(pack),
        "scope": scope,
        "subjects": [[each.type, each.id] for each in subjects[:TOUCHED]],
        "starts_on": starts_on,
        "ends_on": ends_on,
        "edition": edition,
    }
    pack = transitions.create(pack, actor=actor, kind="pack.asked", payload=told, touches=touched(pack))
    enqueue(pack, actor)
    return pack


@action
def build_again(pack: Pack, *, actor: User) -> Job:
    """Build a pack once more: to finish what was broken off, or, once frozen, to compare. Raises Conflict while it is built."""
    now = Pack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
    require(rules.may_build_again(actor, now))
    running = queries.job_of(now)
    if running is not None and not running.is_over:
        raise Conflict("It is being built.", fix="Wait until that is done; its page shows how far it is.")
    changes = {} if now.is_ready else {"state": Pack.State.ASKED, "trouble": ""}
    if changes:
        told = {"about": queries.about_words(now), "scope": now.scope, "starts_on": now.starts_on, "ends_on": now.ends_on}
        now = transitions.change(now, actor=actor, kind="pack.asked", changes=changes, payload={**told, "edition": now.edition})
    else:
        record("pack.compared", actor=actor, subject=now, payload={"about": queries.about_words(now), "outcome": "asked for"})
    return enqueue(now, actor)


def enqueue(pack: Pack, actor: User) -> Job:
    """Write the job that builds a pack; its key tells the pack, so that the pack's page finds it."""
    before = queries.job_of(pack)
    number = int(before.key.rsplit(":", 1)[1]) + 1 if before else 1
    label = f"Audit pack {pack.key}: {pack.title}"[:400]
    return jobs.enqueue(queries.BUILD, args={"pack": pack.pk}, key=f"{pack.key}:{number}", owner=actor, label=label)


def touched(pack: Pack) -> tuple[Any, ...]:
    """Return the things in whose activity a pack shows."""
    if len(pack.subjects) > TOUCHED:
        return ()
    return tuple(
        found
        for type_, pk, _, _ in pack.subjects
        if (found := apps.get_model(type_)._base_manager.filter(pk=pk).first()) is not None
    )


@action
def freeze(pack: Pack, *, actor: User, found: Mapping[str, Any], job: str, seconds: int) -> Pack:
    """Record what was built: from here on the pack never changes. `found` are the fields of the pack that were found out."""
    now = Pack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
    if now.state not in (Pack.State.ASKED, Pack.State.FAILED):
        raise StaleState("This pack is frozen already.")
    changes = {**found, "state": Pack.State.READY, "trouble": "", "frozen_at": clock.now()}
    told = {
        "about": queries.about_words(now),
        "size": found["size"],
        "root": found["root"],
        "manifest": found["manifest_digest"],
        "zip": found["zip_digest"],
        "pdf": found["pdf_digest"],
        "pages": found["pages"],
        "files": found["contents"].get("files", 0),
        "unexplained": found["contents"].get("unexplained", 0),
    }
    now = transitions.change(now, actor=actor, kind="pack.frozen", changes=changes, payload=told, touches=touched(now))
    _keep_build(now, actor, found["manifest_digest"], found["zip_digest"], [], seconds, job)
    return now


@action
def compare(pack: Pack, *, actor: User, manifest: str, zip_digest: str, differs: list[str], job: str, seconds: int) -> PackBuild:
    """Record that a frozen pack was built again, and which files came out otherwise."""
    outcome = "the same" if not differs else f"{len(differs)} files differ"
    told = {
        "about": queries.about_words(pack),
        "outcome": outcome,
        "manifest": manifest,
        "zip": zip_digest,
        "differs": differs[:20],
    }
    record("pack.compared", actor=actor, subject=pack, payload=told)
    return _keep_build(pack, actor, manifest, zip_digest, differs, seconds, job)


def _keep_build(pack: Pack, actor: User, manifest: str, zip_digest: str, differs: list[str], seconds: int, job: str) -> PackBuild:
    last = PackBuild.objects.filter(pack=pack).aggregate(last=Max("number"))["last"] or 0
    return PackBuild.objects.create(
        pack=pack,
        number=last + 1,
        made_by=actor,
        manifest_digest=manifest,
        zip_digest=zip_digest,
        differs=differs[:200],
        seconds=seconds,
        job=job,
    )


@action
def fail(pack: Pack, *, actor: User, trouble: str) -> Pack:
    """Record that a pack could not be built, and why."""
    now = Pack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
    changes = {"state": Pack.State.FAILED, "trouble": trouble[:2000]}
    told = {"about": queries.about_words(now), "trouble": trouble[:500]}
    return transitions.change(
        now, actor=actor, kind="pack.failed", changes=changes, expected={"state": Pack.State.ASKED}, payload=told
    )


@action
def give(pack: Pack, *, actor: User, person: User) -> PackReader:
    """Give a pack to somebody who would not see it by role. Raises Denied, Invalid for who cannot sign in, Conflict twice."""
    require(rules.may_give(actor, pack))
    if not person.is_active or person.kind != User.Kind.PERSON:
        raise Invalid("They cannot sign in.", fields={"person": ["Choose an active person."]})
    reader = PackReader(pack=pack, person=person)
    told = {"about": queries.about_words(pack), "person": person.ref}
    return transitions.create(reader, actor=actor, kind="pack.given", payload=told, touches=(pack,))


@action
def take_back(reader: PackReader, *, actor: User) -> PackReader:
    """Take a pack back from somebody. Raises Denied, StaleState when it was taken back already."""
    require(rules.may_give(actor, reader.pack))
    told = {"about": queries.about_words(reader.pack), "person": reader.person.ref}
    return transitions.change(
        reader,
        actor=actor,
        kind="pack.taken_back",
        changes={"ended_at": clock.now()},
        expected={"ended_at": None},
        payload=told,
        touches=(reader.pack,),
    )


@action
def discard(pack: Pack, *, actor: User, reason: str, expected_version: int | None = None) -> Pack:
    """Discard a pack's files; its scope, checkpoint and hashes stay. Raises Denied, Invalid without a reason."""
    now = Pack.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=pack.pk)
    require(rules.may_discard(actor, now))
    if not reason.strip():
        raise Invalid("Say why it is discarded.", fields={"reason": ["This is needed."]})
    told = {"about": queries.about_words(now), "zip": now.zip_digest, "pdf": now.pdf_digest}
    files = [name for name in (now.zip_file, now.pdf_file) if name]
    state = Pack.State.DISCARDED if now.is_ready else Pack.State.FAILED
    now = transitions.change(
        now,
        actor=actor,
        kind="pack.discarded",
        changes={"state": state, "zip_file": "", "pdf_file": ""},
        expected_version=expected_version,
        payload=told,
        touches=touched(now),
        reason=reason.strip(),
    )
    storage.discard_after_commit(files)
    return now


@action
def let_go(packs: Sequence[Pack], *, actor: User) -> int:
    """Let go of the files of packs whose time is over; called by retention, which removes the files once that is stored."""
    for pack in packs:
        told = {"about": queries.about_words(pack), "zip": pack.zip_digest, "pdf": pack.pdf_digest}
        transitions.change(
            pack,
            actor=actor,
            kind="pack.discarded",
            changes={"state": Pack.State.DISCARDED},
            expected={"state": Pack.State.READY},
            payload=told,
            touches=touched(pack),
            reason="Its time was over.",
        )
    return len(packs)
