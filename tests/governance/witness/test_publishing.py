"""Publishing: checkpoints leave by folder, store, mail and webhook; nothing is overwritten, and nothing runs in a circle."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from governance.channels import actions as channels
from governance.channels.models import Channel, Delivery
from governance.core import clock, jobs
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.proofs import sealing
from governance.witness import actions, background, publishing
from governance.witness.models import Publication
from tests.governance.channels.conftest import receiver  # noqa: F401 - a fixture
from tests.governance.channels.receiver import Receiver
from tests.world import World


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PUBLISH_FOLDER = tmp_path / "published"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    return tmp_path / "published"


def target(world: World, kind: str = "file", place: str = "audit", **more: Any) -> Publication:
    made = actions.add_publication(actor=world.ada, name=f"To {kind}", kind=kind, place=place, **more)
    sealing.seal()
    return made


def fresh(publication: Publication) -> Publication:
    return Publication.objects.get(pk=publication.pk)


def test_a_folder_gets_each_checkpoint_and_the_latest(world: World, folder: Path) -> None:
    made = target(world)
    first = publishing.publish(made)
    people.create_team("Night", actor=world.ada)
    sealing.seal()
    entries = Entry.objects.count()
    second = publishing.publish(fresh(made))
    assert first and second and first.size < second.size and Entry.objects.count() == entries
    held = {path.name: path.read_text() for path in (folder / "audit").iterdir()}
    names = (f"checkpoint-{first.size}.txt", f"checkpoint-{second.size}.txt", "latest.txt")
    assert held == dict(zip(names, (first.note, second.note, second.note), strict=True))
    row = fresh(made)
    assert (row.last_size, row.last_error) == (second.size, "") and row.last_ok_at


def test_what_is_there_is_never_overwritten(world: World, folder: Path) -> None:
    made = target(world)
    size = sealing.seal().size
    (folder / "audit").mkdir(parents=True)
    mine = folder / "audit" / f"checkpoint-{size}.txt"
    mine.write_text("somebody else's")
    assert publishing.publish(made) is None
    assert mine.read_text() == "somebody else's" and [path.name for path in mine.parent.iterdir()] == [mine.name]
    assert "holds something else" in fresh(made).last_error
    mine.unlink()
    assert publishing.publish(fresh(made)) and publishing.publish(fresh(made)) and not fresh(made).last_error


def test_a_folder_that_leads_out_is_refused(world: World, folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    (folder / "audit").symlink_to(tmp_path)
    made = target(world)
    assert publishing.publish(made) is None and "leads out" in fresh(made).last_error


def test_an_object_store_gets_the_same(world: World) -> None:
    made = target(world, "object_store")
    checkpoint = publishing.publish(made)
    assert checkpoint and publishing.publish(fresh(made)) == checkpoint
    folder = "published/audit"
    assert sorted(default_storage.listdir(folder)[1]) == [f"checkpoint-{checkpoint.size}.txt", "latest.txt"]
    assert default_storage.open(f"{folder}/latest.txt").read().decode() == checkpoint.note
    default_storage.delete(f"{folder}/checkpoint-{checkpoint.size}.txt")
    default_storage.save(f"{folder}/checkpoint-{checkpoint.size}.txt", ContentFile(b"else"))
    assert publishing.publish(fresh(made)) is None and "something else" in fresh(made).last_error


def test_a_webhook_is_signed_and_delivered_by_the_outbox(world: World, receiver: Receiver) -> None:  # noqa: F811
    channel = channels.add(actor=world.ada, name="Hook", kind="webhook", address=receiver.url)
    made = target(world, "webhook", "", channel=channel)
    checkpoint = publishing.publish(made)
    again = publishing.publish(fresh(made))
    assert checkpoint and checkpoint == again and fresh(made).last_ok_at is None
    jobs.run_pending()
    publishing.settle()
    [taken] = receiver.taken
    assert taken.headers["webhook-signature"].startswith("v1,") and taken.json["type"] == "checkpoint.trigger"
    assert checkpoint.note in taken.json["data"]["body"] and fresh(made).last_ok_at


def test_mail_that_is_given_up_is_told(world: World, settings: Any) -> None:
    settings.MAIL_IS_SET_UP = False
    channel = channels.add(actor=world.ada, name="Notary", kind="email", address="notary@example.org")
    made = target(world, "email", "", channel=channel)
    publishing.publish(made)
    jobs.run_pending()
    publishing.settle()
    assert "No mail server" in fresh(made).last_error and Delivery.objects.get().state == "dead"


def test_it_goes_by_itself_and_not_in_a_circle(world: World, folder: Path) -> None:
    made = target(world, every_minutes=30)
    for _ in range(3):
        background.look()
        jobs.run_pending()
    assert len(list((folder / "audit").glob("checkpoint-*"))) == 1
    people.create_team("Night", actor=world.ada)
    sealing.seal()
    assert background.look() == 0  # not before its time
    due = fresh(made).next_at
    assert due is not None and timedelta(minutes=29) < due - clock.now() <= timedelta(minutes=30)
    Publication.objects.update(next_at=clock.now())
    background.look()
    jobs.run_pending()
    assert len(list((folder / "audit").glob("checkpoint-*"))) == 2


def test_publish_now_seals_and_goes_at_once(world: World, folder: Path) -> None:
    made = target(world)
    publishing.publish(made)
    for actor in (world.rosa, world.aud):
        with pytest.raises(Denied):
            actions.publish_now(made, actor=actor)
    actions.publish_now(made, actor=world.ada)
    jobs.run_pending()
    asked = Entry.objects.get(kind="publication.asked")
    assert fresh(made).last_size >= asked.seq
    paused = actions.pause(made, actor=world.ada)
    with pytest.raises(Conflict):
        actions.publish_now(paused, actor=world.ada)
    assert publishing.publish(paused) is None


def test_administrators_choose_targets(world: World) -> None:
    with pytest.raises(Denied):
        actions.add_publication(actor=world.rosa, name="X", kind="file")
    for place in ("../out", "/etc/../x", "a//b", "a b", ".hidden", "a/../b"):
        with pytest.raises(Invalid):
            actions.add_publication(actor=world.ada, name="X", kind="file", place=place)
    mail = channels.add(actor=world.ada, name="Notary", kind="email", address="notary@example.org")
    wrong: list[dict[str, Any]] = [
        {"kind": "carrier pigeon"},
        {"kind": "webhook"},
        {"kind": "webhook", "channel": mail},
        {"kind": "email", "channel": mail, "place": "x"},
        {"kind": "file", "channel": mail},
        {"kind": "file", "every_minutes": 0},
    ]
    for given in wrong:
        with pytest.raises(Invalid):
            actions.add_publication(actor=world.ada, name="X", **given)
    made = target(world)
    with pytest.raises(Conflict, match="name already"):
        target(world)
    changed = actions.edit_publication(made, actor=world.ada, changes={"place": "other/"}, expected_version=1)
    assert changed.place == "other"
    with pytest.raises(StaleState):
        actions.edit_publication(made, actor=world.ada, changes={"place": "third"}, expected_version=1)
    channels.retire(Channel.objects.get(), actor=world.ada)
    with pytest.raises(Invalid):
        actions.add_publication(actor=world.ada, name="X", kind="email", channel=Channel.objects.get())
    gone = actions.retire(actions.resume(actions.pause(changed, actor=world.ada), actor=world.ada), actor=world.ada)
    with pytest.raises(Conflict):
        actions.resume(gone, actor=world.ada)
    kinds = Entry.objects.filter(subject_type="governance.publication").order_by("seq").values_list("kind", flat=True)
    assert [kind.partition(".")[2] for kind in kinds] == ["added", "edited", "paused", "resumed", "retired"]
