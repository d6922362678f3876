"""The witness as a server: it cosigns what extends the last one, and nothing else, whatever it is sent."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.proofs import notes
from governance.witness import actions, background, ownkey, protocol
from governance.witness.models import Cosigned, WatchedLog
from tests.governance.witness.conftest import ORIGIN, Log
from tests.world import World

Ask = Callable[[bytes], Any]


def held(log: Log, answer: Any) -> int:
    """Check that an answer is our cosignature; return its time."""
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    note = log.note() + answer.content.decode()
    _, signed = notes.verify(note, [ownkey.signer().verifier])
    assert signed[0].kind == notes.COSIGNATURE and signed[0].name.endswith("/witness")
    return notes.moment_of(notes.parse(note).signatures[-1].signed)


def test_a_log_that_grows_is_cosigned_each_time(watched: WatchedLog, log: Log, ask: Ask) -> None:
    entries = Entry.objects.count()
    assert held(log, ask(log.asks(0))) > 0
    assert held(log, ask(log.asks(5))) > 0  # the same once more: signed anew, stored once
    log.grow(*"fghijkl")
    held(log, ask(log.asks(5)))
    log.grow("m")
    held(log, ask(log.asks(12)))
    assert list(Cosigned.objects.order_by("pk").values_list("previous", "size")) == [(0, 5), (5, 12), (12, 13)]
    assert Entry.objects.count() == entries


def test_another_old_size_is_answered_with_the_one_we_have(watched: WatchedLog, log: Log, ask: Ask) -> None:
    ask(log.asks(0))
    log.grow(*"fgh")
    for old in (0, 3, 7, 8):
        answer = ask(log.asks(old))
        assert (answer.status_code, answer["Content-Type"], answer.content) == (409, "text/x.tlog.size", b"5\n")
    assert Cosigned.objects.count() == 1


def test_a_fork_is_never_cosigned(watched: WatchedLog, log: Log, ask: Ask) -> None:
    ask(log.asks(0))
    same = log.fork(3, "x", "y")
    assert ask(same.asks(5)).status_code == 409  # the same size under another root
    longer = log.fork(4, *"xyzuv")
    assert ask(longer.asks(5)).status_code == 422
    assert ask(longer.asks(4)).status_code == 409
    shorter = log.fork(3)
    assert (ask(shorter.asks(5)).status_code, ask(shorter.asks(3)).status_code) == (400, 409)
    assert Cosigned.objects.get().size == 5


def test_wrong_proofs_are_refused(watched: WatchedLog, log: Log, ask: Ask) -> None:
    ask(log.asks(0))
    log.grow(*"fghi")
    good = log.asks(5)
    asked = protocol.read(good)
    for proof in (asked.proof[:-1], (*asked.proof, bytes(32)), asked.proof[::-1], (bytes(32), *asked.proof[1:]), ()):
        assert ask(protocol.write(5, proof, log.note())).status_code == 422
    held(log, ask(good))


def test_a_first_checkpoint_bears_no_proof(watched: WatchedLog, log: Log, ask: Ask) -> None:
    assert ask(protocol.write(0, [bytes(32)], log.note())).status_code == 422
    empty = Log(log.signer)
    held(empty, ask(empty.asks(0)))  # an empty tree is vouched for, and nothing is stored
    assert not Cosigned.objects.exists()


def test_strangers_and_other_keys_are_told_so(watched: WatchedLog, log: Log, world: World, ask: Ask) -> None:
    stranger = Log(notes.Signer("other.example.org", log.signer.private), log.leaves)
    assert ask(stranger.asks(0)).status_code == 404
    assert ask(Log(leaves=log.leaves).asks(0)).status_code == 403  # the same origin, another key
    spoilt = log.asks(0).decode().replace(log.note()[-20:-4], "A" * 16).encode()
    assert ask(spoilt).status_code == 403
    actions.pause(watched, actor=world.ada, reason="Not now.")
    assert ask(log.asks(0)).status_code == 404


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: b"",
        lambda body: b"\xff\xfe" + body,
        lambda body: body.replace(b"old 0", b"new 0"),
        lambda body: body.replace(b"old 0", b"old 00"),
        lambda body: body.replace(b"old 0", b"old -1"),
        lambda body: body.replace(b"old 0", b"old 99999999999999999999"),
        lambda body: body.replace(b"old 0\n", b"old 0\nno base64\n"),
        lambda body: body.replace(b"old 0\n", b"old 0\n" + base64.b64encode(bytes(31)) + b"\n"),
        lambda body: body.replace(b"old 0\n", b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 64),
        lambda body: body.replace(b"\n5\n", b"\nfive\n"),
        lambda body: body[:-60],
        lambda body: body.replace(b"\n\n", b"\n"),
    ],
)
def test_what_cannot_be_read_is_refused(watched: WatchedLog, log: Log, ask: Ask, spoil: Callable[[bytes], bytes]) -> None:
    answer = ask(spoil(log.asks(0)))
    assert answer.status_code == 400 and answer["Content-Type"].startswith("text/plain")
    assert not Cosigned.objects.exists()


def test_too_much_is_refused(watched: WatchedLog, log: Log, ask: Ask, settings: Any, client: Any) -> None:
    assert ask(b"x" * (protocol.LONGEST + 1)).status_code == 413
    assert client.get("/witness/add-checkpoint").status_code == 405
    settings.WITNESS_LOOKS = 2
    assert [ask(log.asks(0)).status_code for _ in range(2)] == [200, 429]


def test_two_at_once_never_have_two_continuations_cosigned(
    watched: WatchedLog, log: Log, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(log.asks(0))
    first = watched.last
    other, mine = log.fork(5, *"xyz"), log.grow(*"fg")
    held(other, ask(other.asks(5)))
    looks = iter((first, first))  # what a request sees that looked before the other one stored
    monkeypatch.setattr(WatchedLog, "last", property(lambda self: next(looks, Cosigned.objects.order_by("-size")[0])))
    answer = ask(mine.asks(5))
    assert (answer.status_code, answer["Content-Type"]) == (409, "text/x.tlog.size")
    assert list(Cosigned.objects.order_by("size").values_list("size", flat=True)) == [5, 8]


def test_the_database_keeps_the_chain(watched: WatchedLog, log: Log, ask: Ask) -> None:
    ask(log.asks(0))
    row = Cosigned.objects.get()
    for previous, size in ((0, 9), (4, 9), (6, 9), (5, 5)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Cosigned.objects.create(log=watched, previous=previous, size=size, root="0" * 64, note="n", line="l")
    for sql in (
        f"UPDATE governance_cosigned SET size = 4 WHERE id = {row.pk}",
        f"DELETE FROM governance_cosigned WHERE id = {row.pk}",
        f"UPDATE governance_watchedlog SET origin = 'x' WHERE id = {watched.pk}",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_administrators_choose_logs(watched: WatchedLog, log: Log, world: World) -> None:
    vkey = log.signer.verifier.vkey
    for actor in (world.rosa, world.noor, world.aud):
        with pytest.raises(Denied):
            actions.watch(actor=actor, origin="x.example.org", name="X", vkeys=vkey)
    for origin, vkeys in (("two words", vkey), ("x.example.org", "none"), ("x.example.org", ""), ("", vkey)):
        with pytest.raises(Invalid):
            actions.watch(actor=world.ada, origin=origin, name="X", vkeys=vkeys)
    with pytest.raises(Invalid, match="cannot be kept"):
        actions.watch(actor=world.ada, origin="x.example.org", name="X", vkeys=ownkey.signer().verifier.vkey)
    with pytest.raises(Conflict):
        actions.watch(actor=world.ada, origin=ORIGIN, name="Again", vkeys=vkey)
    changed = actions.edit_log(watched, actor=world.ada, changes={"name": "Example plc"}, expected_version=1)
    with pytest.raises(StaleState):
        actions.edit_log(watched, actor=world.ada, changes={"name": "Late"}, expected_version=1)
    with pytest.raises(Conflict, match="never forgotten"):
        actions.retire(changed, actor=world.ada)
    paused = actions.pause(changed, actor=world.ada)
    with pytest.raises(StaleState):
        actions.pause(paused, actor=world.ada)
    assert actions.resume(paused, actor=world.ada).state == "active"
    kinds = Entry.objects.filter(subject_type="governance.watchedlog").order_by("seq").values_list("kind", flat=True)
    assert [kind for kind in kinds if kind != "witness.key_made"] == [
        "watched_log.added",
        "watched_log.edited",
        "watched_log.paused",
        "watched_log.resumed",
    ]


def test_a_lost_key_signs_nothing_and_health_says_so(
    watched: WatchedLog, log: Log, ask: Ask, settings: Any, tmp_path: Any
) -> None:
    ask(log.asks(0))
    assert background.key_lost() == "" and oct(ownkey.path().stat().st_mode)[-3:] == "600"
    settings.KEYS = tmp_path
    log.grow("f")
    assert ask(log.asks(5)).status_code == 503 and "witness.pem" in background.key_lost()
    assert Cosigned.objects.count() == 1
