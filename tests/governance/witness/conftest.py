"""A foreign log that grows and forks as a test likes, and a way from our client to our own door."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from governance.channels import outside
from governance.proofs import merkle, notes
from governance.witness import actions, protocol
from governance.witness.models import WatchedLog
from tests.world import World

ORIGIN, DOOR = "log.example.org/claims", "/witness/add-checkpoint"


@dataclass
class Log:
    """A log in memory: its key and its leaves."""

    signer: notes.Signer = field(default_factory=lambda: notes.Signer(ORIGIN, Ed25519PrivateKey.generate()))
    leaves: list[bytes] = field(default_factory=list)

    def grow(self, *entries: str) -> "Log":
        self.leaves += [merkle.leaf(each.encode()) for each in entries]
        return self

    def fork(self, at: int, *entries: str) -> "Log":
        return Log(self.signer, self.leaves[:at]).grow(*entries)

    def span(self, start: int, end: int) -> bytes:
        return merkle.root(self.leaves[start:end])

    def note(self) -> str:
        text = notes.checkpoint_text(self.signer.name, len(self.leaves), merkle.root(self.leaves))
        return notes.sign(text, self.signer)

    def asks(self, old: int) -> bytes:
        proof = merkle.consistency(old, len(self.leaves), self.span) if 0 < old <= len(self.leaves) else []
        return protocol.write(old, proof, self.note())


@pytest.fixture
def log() -> Log:
    return Log().grow(*"abcde")


@pytest.fixture
def watched(world: World, log: Log) -> WatchedLog:
    return actions.watch(actor=world.ada, origin=ORIGIN, name="Example Ltd", vkeys=log.signer.verifier.vkey)


@pytest.fixture
def ask() -> Callable[[bytes], Any]:
    """Ask at the door, as a stranger."""

    def send(body: bytes) -> Any:
        return Client(enforce_csrf_checks=True).post(DOOR, body, content_type="text/plain")

    return send


@pytest.fixture
def to_ourselves(monkeypatch: pytest.MonkeyPatch, ask: Callable[[bytes], Any]) -> list[bytes]:
    """Lead what our client sends to our own door; return what it sends."""
    sent: list[bytes] = []

    def post(url: str, body: bytes, headers: Any) -> outside.Answer:
        assert url.endswith(DOOR)
        sent.append(body)
        answer = ask(body)
        return outside.Answer(answer.status_code, answer.content.decode(), {})

    monkeypatch.setattr(outside, "post", post)
    return sent
