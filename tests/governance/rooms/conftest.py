"""A document that was made, answers that can be given, and a policy that may say otherwise."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pytest

from governance.core import clock, digest
from governance.documents import storage
from governance.documents.models import Document
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.kinds import EventKind, register
from governance.policy import queries as policy
from governance.rooms import actions
from governance.rooms.models import Room

register(EventKind("test.made", "made {subject} for a test"))


def pdf(*sizes: tuple[float, float]) -> bytes:
    """A PDF with one empty page of each size."""
    made, out = pikepdf.new(), io.BytesIO()
    for size in sizes:
        made.add_blank_page(page_size=size)
    made.save(out, deterministic_id=True)
    return out.getvalue()


@pytest.fixture
def files(settings: Any, tmp_path: Any) -> None:
    """Files of this test only."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def document(world: Any, files: None) -> Document:
    """A document of two pages."""
    data, code = pdf((595, 842), (842, 595)), "abcd2345efgh"
    made = Document(
        code=code,
        kind="charter",
        subject_id="1",
        subject_key="CH-1",
        title="Model-risk charter",
        source={"title": "Charter"},
        source_digest=digest.digest({}),
        file_digest=digest.sha256(data),
        file=storage.put(code, data),
        size=len(data),
        pages=2,
        ledger_seq=3,
        made_by=world.rosa,
        made_at=clock.now(),
    )
    return store(made, actor=world.rosa)


@action
def store(made: Any, *, actor: Any) -> Any:
    """Store a row as it is."""
    return transitions.create(made, actor=actor, kind="test.made")


@pytest.fixture
def room(world: Any) -> Room:
    """An empty room that a leader keeps."""
    return actions.make(actor=world.ingrid, title="Proof for Northwind", audience="Northwind AG", welcome="Ask Ingrid.")


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let policy say otherwise about rooms: `says(watermark=False)`."""

    def change(**parts: Any) -> None:
        rules = policy.proof_rules()
        monkeypatch.setattr(policy, "proof_rules", lambda version=None: replace(rules, rooms=replace(rules.rooms, **parts)))

    return change


@pytest.fixture
def let_in(world: Any, room: Room) -> Callable[..., Any]:
    """Let somebody into the room: `let_in(password="...")` returns the link with its secret."""

    def make(**more: Any) -> Any:
        given = {
            "viewer_name": "Dana Buyer",
            "viewer_email": "Dana@northwind.example",
            "expires_at": clock.now() + timedelta(days=7),
        }
        return actions.make_link(room, actor=world.ingrid, **{**given, **more})

    return make
