"""How long files are kept: one that serves nothing goes, its hash stays, and it may come back."""

from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.core import clock
from governance.core.contributions import RetentionKind, contribution
from governance.ledger.letgo import explains_file
from governance.people.system import system_actor
from governance.retention import actions as retention
from registry.evidence import actions, checking


def collected(world: Any, words: bytes = b"What was signed.") -> Any:
    return actions.collect(
        actor=world.noor,
        title="Signed letter",
        file=SimpleUploadedFile("letter.txt", words),
    )


def test_a_file_that_serves_nothing_goes_and_may_come_back(
    world: Any, freeze: Any, django_capture_on_commit_callbacks: Any
) -> None:
    kind, actor = contribution(RetentionKind, "evidence_files"), system_actor()
    evidence = collected(world)
    name, digest = evidence.blob.stored_as, evidence.blob.digest
    start = clock.now()
    traveller = freeze(start + timedelta(days=1100))
    assert retention.expire(kind, actor=actor) == 0  # it still speaks
    traveller.move_to(start)
    actions.withdraw(evidence, actor=world.noor, reason="Wrong letter.")
    twin = collected(world)
    traveller.move_to(start + timedelta(days=1100))
    assert retention.expire(kind, actor=actor) == 0  # another holds the same file
    actions.withdraw(twin, actor=world.noor, reason="Wrong again.")
    traveller.move_to(start + timedelta(days=2300))
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.expire(kind, actor=actor) == 1  # the newer speaks for both
    assert not default_storage.exists(name) and explains_file(digest).cause == "evidence_files"
    assert checking.verify(None, lambda *said: None)["wrong"] == {}
    again = collected(world)
    assert again.blob_id == twin.blob_id and default_storage.exists(name) and explains_file(digest) is None
    assert checking.verify(None, lambda *said: None)["wrong"] == {}
