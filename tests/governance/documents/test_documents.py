"""Documents: asked for, made by a job, kept with their hashes, seen by whoever sees the subject, checked by anybody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from governance.charter import actions as charters
from governance.charter.models import Charter
from governance.core import clock, digest, jobs
from governance.core.errors import Denied, NotVisible, Unavailable
from governance.core.models import Company, Job
from governance.documents import actions, codes, making, queries, rendering, storage
from governance.documents.models import Document
from governance.ledger.models import Entry
from tests.governance.documents import pdfcheck
from tests.world import World


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    """Files of these tests lie in a folder of their own."""
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": own}


@pytest.fixture
def charter(world: World) -> Charter:
    """Something to make a document of."""
    return charters.draft_charter(actor=world.rosa, owner=world.ingrid)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print without a press, where the page itself does not matter."""

    def stamp(template: str, context: Any, **_: Any) -> rendering.Printed:
        return rendering.Printed(b"%PDF-1.7 " + context["doc"]["check_url"].encode(), 1, 0, False)

    monkeypatch.setattr(rendering, "fit", stamp)


def made(charter: Charter, actor: Any) -> Document:
    """Have a charter's PDF made, and return its row."""
    job = actions.request_document("charter", charter, actor=actor, base="https://plumb.example")
    jobs.run_pending()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return Document.objects.get(job=str(job.pk))


def test_a_real_charter_becomes_one_conforming_page_that_carries_its_data(world: World, charter: Charter) -> None:
    document = made(charter, world.rosa)
    data = default_storage.open(document.file).read()
    assert pdfcheck.faults(data) == []
    assert (document.pages, document.size) == (1, len(data))
    assert document.file_digest == digest.sha256(data)
    inside = pdfcheck.attachments(data)["source.json"]
    assert digest.sha256(inside) == document.source_digest == digest.digest(document.source)
    said = pdfcheck.text(data)
    assert codes.spoken(document.code) in said
    assert "Nobody has signed this version" in said


@pytest.mark.usefixtures("quick")
def test_making_one_is_recorded_with_both_hashes(world: World, charter: Charter) -> None:
    document = made(charter, world.rosa)
    entry = Entry.objects.get(kind="document.made")
    assert entry.actor_ref == world.rosa.ref
    assert document.file_digest in entry.body
    assert document.source_digest in entry.body
    assert document.ledger_seq == entry.seq - 1


@pytest.mark.usefixtures("quick")
def test_each_has_its_number_and_its_code(world: World, charter: Charter) -> None:
    first, second = made(charter, world.rosa), made(charter, world.rosa)
    assert (first.number, second.number) == (1, 2)
    assert first.code != second.code


@pytest.mark.usefixtures("quick")
def test_a_button_pressed_twice_makes_one(world: World, charter: Charter) -> None:
    once = actions.request_document("charter", charter, actor=world.rosa, key="form-1")
    again = actions.request_document("charter", charter, actor=world.rosa, key="form-1")
    assert once == again


def test_nobody_has_made_what_they_may_not_see(world: World, charter: Charter) -> None:
    with pytest.raises(Denied):
        actions.request_document("charter", charter, actor=world.ben)
    with pytest.raises(NotVisible):
        queries.subject_of(queries.kind_named("charter"), "CH-1", world.ben)


@pytest.mark.usefixtures("quick")
def test_a_document_is_seen_by_whoever_sees_its_subject(world: World, charter: Charter) -> None:
    document = made(charter, world.rosa)
    assert document in queries.visible_to(world.aud)
    assert document not in queries.visible_to(world.ben)
    charters.propose_charter(charter, actor=world.rosa)
    assert document in queries.visible_to(world.ben)
    assert document not in queries.visible_to(world.gus)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("step", ["Setting the pages", "Storing the file", "Recording it"])
def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_job_is_done_by_the_next(
    world: World, charter: Charter, step: str
) -> None:
    job = actions.request_document("charter", charter, actor=world.rosa)

    def die(done: int, total: int, label: str = "") -> None:
        if label == step:
            raise KeyboardInterrupt

    jobs.claim(job.pk)
    job.refresh_from_db()
    with pytest.raises(KeyboardInterrupt):
        making.make(job, die)
    assert not Document.objects.exists()
    assert not Entry.objects.filter(kind="document.made").exists()
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    jobs.run_pending()
    document = Document.objects.get()
    assert storage.file_digest(document.file) == document.file_digest


@pytest.mark.usefixtures("quick")
def test_a_job_that_runs_again_after_its_work_was_done_makes_no_second_document(world: World, charter: Charter) -> None:
    document = made(charter, world.rosa)
    job = Job.objects.get(pk=int(document.job))
    assert making.make(job, lambda *_: None)["document"] == document.code
    assert Document.objects.count() == 1


@pytest.mark.usefixtures("quick")
def test_two_workers_on_one_job_leave_one_document_and_one_file(world: World, charter: Charter) -> None:
    job = actions.request_document("charter", charter, actor=world.rosa)

    def overtaken(done: int, total: int, label: str = "") -> None:
        if label == "Recording it" and not Document.objects.exists():
            making.make(job, lambda *_: None)

    making.make(job, overtaken)
    document = Document.objects.get()
    assert default_storage.listdir("documents")[1] == [document.file.removeprefix("documents/")]


@pytest.mark.usefixtures("quick")
def test_files_that_no_document_claims_go_after_a_day(world: World, charter: Charter, monkeypatch: pytest.MonkeyPatch) -> None:
    document = made(charter, world.rosa)
    default_storage.save("documents/left-behind.pdf", ContentFile(b"x"))
    assert making.tidy(Job(), lambda *_: None) == {"removed": 0}
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(making.clock, "now", lambda: later)
    assert making.tidy(Job(), lambda *_: None) == {"removed": 1}
    assert default_storage.exists(document.file)


@pytest.mark.usefixtures("quick")
def test_the_database_refuses_to_change_or_delete_a_document(world: World, charter: Charter) -> None:
    made(charter, world.rosa)
    for statement in ("UPDATE governance_document SET title = 'x'", "DELETE FROM governance_document"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.usefixtures("quick")
def test_a_file_that_was_changed_in_the_storage_is_not_handed_out(world: World, charter: Charter) -> None:
    document = made(charter, world.rosa)
    default_storage.delete(document.file)
    with pytest.raises(Unavailable, match="missing"):
        storage.take(document.file, document.file_digest)
    default_storage.save(document.file, ContentFile(b"another"))
    with pytest.raises(Unavailable, match="its hash differs"):
        storage.take(document.file, document.file_digest)


@pytest.mark.usefixtures("quick")
def test_asking_waiting_and_downloading_in_the_browser(world: World, charter: Charter, client_as: Callable[..., Any]) -> None:
    client = client_as(world.rosa)
    asked = client.post(reverse("document-make", args=["charter", "CH-1"]))
    jobs.run_pending()
    shown = client.get(asked.headers["Location"]).content.decode()
    document = Document.objects.get()
    assert reverse("document-file", args=[document.code]) in shown
    answer = client.get(reverse("document-file", args=[document.code]))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert digest.sha256(b"".join(answer.streaming_content)) == document.file_digest
    for name in ("document", "document-activity"):
        assert client.get(reverse(name, args=[document.code])).status_code == 200
    assert document.title in client.get(reverse("documents")).content.decode()
    assert client_as(world.ben).get(reverse("document-file", args=[document.code])).status_code == 404


@pytest.mark.usefixtures("quick")
def test_anybody_checks_a_document_by_its_code_and_learns_no_more_than_is_public(
    world: World, charter: Charter, client: Any
) -> None:
    document = made(charter, world.rosa)
    url = reverse("check", args=[codes.spoken(document.code)])
    shown = client.get(url).content.decode()
    assert "Model-risk charter" in shown
    assert document.file_digest in shown
    assert "version 1" not in shown
    Company.objects.update(public_titles=True)
    assert "version 1" in client.get(url).content.decode()


@pytest.mark.usefixtures("quick")
def test_a_typed_code_is_found_and_an_unknown_one_is_said_to_be_unknown(world: World, charter: Charter, client: Any) -> None:
    document = made(charter, world.rosa)
    typed = client.get(reverse("check-start"), {"code": f" {document.code.upper()} "})
    assert typed.headers["Location"] == reverse("check", args=[codes.spoken(document.code)])
    unknown = client.get(reverse("check", args=["2222-3333-4444"]))
    assert unknown.status_code == 404
    assert "No document has this code" in unknown.content.decode()


@pytest.mark.usefixtures("quick")
def test_a_file_is_compared_by_its_hash_and_not_kept(world: World, charter: Charter, client: Any) -> None:
    document = made(charter, world.rosa)
    data = default_storage.open(document.file).read()
    before = default_storage.listdir("documents")[1]
    url = reverse("check", args=[codes.spoken(document.code)])
    assert "This is the file that we made" in client.post(url, {"file": ContentFile(data, "a.pdf")}).content.decode()
    changed = client.post(url, {"file": ContentFile(data + b" ", "a.pdf")}).content.decode()
    assert "This is not a file that we made" in changed
    found = client.post(reverse("check-start"), {"file": ContentFile(data, "a.pdf")})
    assert codes.spoken(document.code) in found.headers["Location"]
    assert default_storage.listdir("documents")[1] == before


@pytest.mark.usefixtures("quick")
def test_an_older_document_says_that_it_was_followed(world: World, charter: Charter, client: Any) -> None:
    first, second = made(charter, world.rosa), made(charter, world.rosa)
    told = client.get(reverse("check-json", args=[codes.spoken(first.code)])).json()
    assert told["superseded_at"].startswith(f"{second.made_at:%Y-%m-%d}")
    assert told["same_source"] is True
    assert client.get(reverse("check-json", args=["nope"])).status_code == 404


@pytest.mark.usefixtures("quick")
def test_ordering_and_downloading_over_rest(world: World, charter: Charter, api_as: Callable[..., Any]) -> None:
    api = api_as(world.rosa, "documents:read", "documents:write")
    ordered = api.post("/api/v1/document-orders", {"kind": "charter", "subject": "CH-1"}, format="json")
    assert (ordered.status_code, ordered.json()["document"]) == (201, "")
    jobs.run_pending()
    order = api.get(f"/api/v1/document-orders/{ordered.json()['id']}").json()
    assert order["state"] == "done"
    document = api.get(f"/api/v1/documents/{order['document']}").json()
    file = api.get(f"/api/v1/documents/{order['document']}/file")
    assert digest.sha256(b"".join(file.streaming_content)) == document["file_digest"]
    assert api_as(world.ben).get(f"/api/v1/documents/{order['document']}").status_code == 404
    wrong = api.post("/api/v1/document-orders", {"kind": "poem", "subject": "CH-1"}, format="json")
    assert wrong.status_code == 404
    assert "charter" in wrong.content.decode()


@pytest.mark.usefixtures("quick")
def test_the_list_takes_the_same_queries_for_one_and_for_three(
    world: World, charter: Charter, client_as: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.ben)
    charters.propose_charter(charter, actor=world.rosa)
    made(charter, world.rosa)
    client.get(reverse("documents"))
    with django_assert_max_num_queries(15) as one:
        client.get(reverse("documents"))
    made(charter, world.rosa)
    made(charter, world.rosa)
    with django_assert_max_num_queries(15) as three:
        client.get(reverse("documents"))
    assert len(one) == len(three)
