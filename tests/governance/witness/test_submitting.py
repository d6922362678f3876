"""The client's side: our checkpoints are cosigned, by a witness that is our own door, and what goes wrong is told."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction

from governance.channels import outside
from governance.core import clock, jobs
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger import tags
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.proofs import keys, merkle, notes, queries, sealing
from governance.witness import actions, background, ownkey, protocol, submitting
from governance.witness.models import Cosignature, Cosigned, WatchedLog, Witness
from tests.governance.channels.conftest import receiver  # noqa: F401 - a fixture
from tests.governance.channels.receiver import Receiver
from tests.world import World

URL = "https://witness.example.org/witness"


@pytest.fixture
def witness(world: World) -> Witness:
    """Ourselves, as a witness of our own log: another instance in all but the database."""
    sealing.seal()
    vkeys = "\n".join(each.vkey for each in keys.verifiers())
    actions.watch(actor=world.ada, origin=tags.found().origin, name="Ourselves", vkeys=vkeys)
    made = actions.add_witness(actor=world.ada, name="Auditors", vkey=ownkey.signer().verifier.vkey, url=URL + "/")
    sealing.seal()
    return made


def grow(world: World, times: int = 1) -> int:
    for _ in range(times):
        people.create_team(f"Team {Entry.objects.count()}", actor=world.ada)
    return sealing.seal().size


def fresh(witness: Witness) -> Witness:
    return Witness.objects.get(pk=witness.pk)


def test_checkpoints_are_cosigned_as_the_ledger_grows(witness: Witness, world: World, to_ourselves: list[bytes]) -> None:
    first = submitting.submit(witness)
    size = grow(world, 3)
    entries = Entry.objects.count()
    second = submitting.submit(fresh(witness))
    assert first is not None and second is not None and (second.size, second.wrong) == (size, "")
    assert [body.split(b"\n")[0] for body in to_ourselves] == [b"old 0", f"old {first.size}".encode()]
    assert Entry.objects.count() == entries  # a cosignature makes no entry, and so no further checkpoint
    assert submitting.submit(fresh(witness)) == second and Cosignature.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Cosignature.objects.filter(pk=first.pk).update(line="x")
    row = fresh(witness)
    assert (row.last_size, row.last_error) == (size, "") and row.last_ok_at


def test_a_witness_that_knows_more_than_we_kept_is_asked_from_there(
    witness: Witness, world: World, to_ourselves: list[bytes]
) -> None:
    submitting.submit(witness)
    other = actions.add_witness(
        actor=world.ada,
        name="Another",
        url=URL,
        vkey=notes.Signer("w.example.org", Ed25519PrivateKey.generate(), notes.COSIGNATURE).verifier.vkey,
    )
    grow(world)
    del to_ourselves[:]
    assert submitting.submit(other) is None  # told 409, asked again from there, and its key is not the one that signed
    assert len(to_ourselves) == 2 and "none of the known keys" in fresh(other).last_error and not fresh(other).alarm


def test_a_fork_raises_the_alarm_and_health_turns_red(witness: Witness, world: World, to_ourselves: list[bytes]) -> None:
    log = WatchedLog.objects.get()
    Cosigned.objects.create(log=log, previous=0, size=3, root="ab" * 32, note="another ledger", line="l")
    assert submitting.submit(witness) is None
    told = fresh(witness)
    assert "does not extend the one over 3 entries" in told.alarm and "Auditors" in background.forked()
    assert Entry.objects.filter(kind="witness.alarmed").count() == 1
    assert submitting.submit(told) is None and len(to_ourselves) == 2  # nothing more is sent to it
    with pytest.raises(StaleState):
        actions.raise_alarm(told, actor=world.system, said="again")
    with pytest.raises(Invalid):
        actions.clear_alarm(told, actor=world.ada, reason=" ")
    with pytest.raises(Denied):
        actions.clear_alarm(told, actor=world.rosa, reason="Looked.")
    cleared = actions.clear_alarm(told, actor=world.ada, reason="Their disk was swapped.")
    with pytest.raises(StaleState):
        actions.clear_alarm(cleared, actor=world.ada, reason="Twice.")
    assert background.forked() == ""


@pytest.mark.parametrize(
    ("answers", "alarm", "error"),
    [
        ([(409, "999999")], "we have", ""),
        ([(409, "0")], "", "though it has cosigned 0"),
        ([(409, "many")], "", "without saying"),
        ([(409, "1"), (409, "2"), (409, "1")], "", "at the same time"),
        ([(409, "1"), (422, "no")], "does not extend the one over 1 entries which it told us", ""),
        ([(409, "SIZE"), (409, "SIZE")], "under another root", ""),
        ([(422, "no")], "", "answered 422"),
        ([(403, "who are you")], "", "answered 403: who are you"),
        ([(200, "— w.example.org AAAA\n")], "", "no cosignature that holds"),
        ([(200, "")], "", "no cosignature that holds"),
        ([(500, "")], "", "answered 500"),
    ],
)
def test_what_a_witness_answers_is_told_apart(
    witness: Witness, monkeypatch: pytest.MonkeyPatch, answers: list[tuple[int, str]], alarm: str, error: str
) -> None:
    size, left = str(queries.sealed_size()), list(answers)

    def post(url: str, body: bytes, headers: Any) -> outside.Answer:
        status, text = left.pop(0)
        return outside.Answer(status, text.replace("SIZE", size), {})

    monkeypatch.setattr(outside, "post", post)
    assert submitting.submit(witness) is None
    row = fresh(witness)
    assert alarm in row.alarm and bool(alarm) == bool(row.alarm) and error in row.last_error and row.last_error
    assert row.next_at is not None and not Cosignature.objects.exists()


def test_a_time_that_cannot_be_is_refused(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter((0, 2**62, int(clock.now().timestamp()) + 86_400))

    def post(url: str, body: bytes, headers: Any) -> outside.Answer:
        return outside.Answer(200, ownkey.signer().line(protocol.read(body).text, next(moments)), {})

    monkeypatch.setattr(outside, "post", post)
    for _ in range(3):
        assert submitting.submit(fresh(witness)) is None
        assert "time that cannot be" in fresh(witness).last_error


def test_it_goes_over_the_wire_and_not_inside(witness: Witness, receiver: Receiver, world: World, settings: Any) -> None:  # noqa: F811
    near = actions.edit_witness(witness, actor=world.ada, changes={"url": receiver.url})
    sealing.seal()
    receiver.answer(200, "— someone.else " + base64.b64encode(bytes(80)).decode() + "\n")
    assert submitting.submit(near) is None
    [taken] = receiver.taken
    asked = protocol.read(taken.body)
    head = queries.latest()
    assert head is not None and (taken.path, asked.old, asked.note) == ("/add-checkpoint", 0, head.note)
    settings.CHANNEL_HOSTS = []
    assert submitting.submit(near) is None
    assert len(receiver.taken) == 1 and "https://" in fresh(near).last_error


def test_the_round_asks_each_that_is_due_once(witness: Witness, world: World, to_ourselves: list[bytes]) -> None:
    sealing.seal()
    assert (background.look(), background.look()) == (1, 1)
    jobs.run_pending()
    assert len(to_ourselves) == 1 and background.look() == 0
    grow(world)
    assert background.look() == 0  # not within a minute
    Witness.objects.update(next_at=clock.now())
    assert background.look() == 1


def test_administrators_name_witnesses(witness: Witness, world: World) -> None:
    vkey = notes.Signer("w.example.org", Ed25519PrivateKey.generate(), notes.COSIGNATURE).verifier.vkey
    with pytest.raises(Denied):
        actions.add_witness(actor=world.rosa, name="W", vkey=vkey, url=URL)
    log_key = keys.verifiers()[0].vkey
    for wrong in (
        {"vkey": log_key},
        {"vkey": "no"},
        {"url": "http://10.0.0.1"},
        {"url": "https://10.0.0.1"},
        {"url": f"{URL}?a"},
    ):
        with pytest.raises(Invalid):
            actions.add_witness(actor=world.ada, **{"name": "W", "vkey": vkey, "url": URL, **wrong})
    with pytest.raises(Conflict, match="key already"):
        actions.add_witness(actor=world.ada, name="W", vkey=witness.vkey, url=URL)
    with pytest.raises(StaleState):
        actions.edit_witness(witness, actor=world.ada, changes={"name": "W"}, expected_version=9)
    gone = actions.retire(actions.pause(witness, actor=world.ada), actor=world.ada, reason="Moved.")
    for act in (actions.resume, actions.pause, actions.retire):
        with pytest.raises(Conflict):
            act(gone, actor=world.ada)
    assert submitting.submit(gone) is None
    kinds = Entry.objects.filter(subject_type="governance.witness").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["witness.added", "witness.paused", "witness.retired"]


def test_vectors_of_the_standard_are_read_as_it_says() -> None:
    body = (
        "old 20852014\n"
        "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
        "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
        "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
        "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
        "\n"
        "example.com/behind-the-sofa\n"
        "20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        "\n"
        "— example.com/behind-the-sofa "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— example.com/behind-the-sofa "
        "opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n"
    )
    asked = protocol.read(body.encode())
    assert (asked.old, len(asked.proof), asked.head.size) == (20852014, 4, 20852163)
    assert asked.head.origin == "example.com/behind-the-sofa" and len(notes.parse(asked.note).signatures) == 2
    assert protocol.write(asked.old, asked.proof, asked.note).decode() == body
    assert all(len(each) == merkle.SIZE for each in asked.proof)
