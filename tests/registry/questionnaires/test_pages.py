"""Pages and REST of questionnaires: what each shows, by whom, with how many queries."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core import jobs
from registry.questionnaires import actions, paper
from registry.questionnaires.models import Question, Questionnaire
from registry.questionnaires.prepared.drawing import drawn
from tests.registry.questionnaires import files
from tests.registry.questionnaires.conftest import received

API = "/api/v1"


def upload(name: str = "Northwind AI.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, files.workbook(), "application/octet-stream")


def queries_of(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_a_questionnaire_goes_the_whole_way_in_the_browser(world: Any, client_as: Any) -> None:
    client = client_as(world.noor)
    file = upload()
    sent_file = file.read()
    file.seek(0)
    sent = client.post("/questionnaires/new/", {"file": file, "buyer": "Northwind", "owner": world.noor.pk})
    assert sent.status_code == 302
    assert sent.url.startswith("/jobs/")
    jobs.run_pending()
    made = Questionnaire.objects.get()
    page = client.get(made.get_absolute_url()).content.decode()
    assert "3 questions are open." in page
    first = Question.objects.get(questionnaire=made, number=1)
    shown = client.get(first.get_absolute_url()).content.decode()
    assert "Do you use machine learning" in shown
    assert "The cell allows" in shown
    sent = client.post(
        f"{first.get_absolute_url()}answer/", {"text": "In three places.", "short": "yes", "version": first.version}
    )
    assert sent.url == Question.objects.get(questionnaire=made, number=2).get_absolute_url()
    stale = client.post(f"{first.get_absolute_url()}answer/", {"text": "Other", "version": 1})
    assert stale.status_code == 409
    assert client.post(f"{made.get_absolute_url()}fill/").status_code == 302
    filled = made.filled.get()
    answer = client.get(f"{made.get_absolute_url()}files/{filled.pk}/")
    assert files.cells(b"".join(answer.streaming_content), "AI questions")["C5"] == "Yes"
    assert b"".join(client.get(f"{made.get_absolute_url()}file/").streaming_content) == sent_file


def test_a_refused_file_is_said_beside_its_field(world: Any, client_as: Any) -> None:
    bad = SimpleUploadedFile("x.xlsm", files.with_part(files.workbook(), "xl/vbaProject.bin", b"x"))
    answer = client_as(world.noor).post("/questionnaires/new/", {"file": bad, "owner": world.noor.pk})
    assert answer.status_code == 422
    assert "holds macros" in answer.content.decode()


def test_the_layout_is_corrected_by_letters(world: Any, client_as: Any, questionnaire: Questionnaire) -> None:
    client, url = client_as(world.noor), f"{questionnaire.get_absolute_url()}lay-out/"
    assert "AI questions" in client.get(url).content.decode()
    wrong = client.post(url, {"used-1": "on", "question-1": "B", "answer-1": "7", "version": questionnaire.version})
    assert wrong.status_code == 422
    right = {"used-1": "on", "question-1": "B", "answer-1": "D", "header-1": "3", "version": questionnaire.version}
    assert client.post(url, right).status_code == 302
    jobs.run_pending()
    assert set(Question.objects.filter(found=True).values_list("answer_cell", flat=True)) == {"D5", "D6", "D7"}


def test_who_may_not_see_it_gets_404_and_an_auditor_reads_only(world: Any, client_as: Any, questionnaire: Questionnaire) -> None:
    url = questionnaire.get_absolute_url()
    question = questionnaire.questions.get(number=1)
    for person in (world.ben, world.gus):
        client = client_as(person)
        for address in (url, f"{url}file/", f"{url}layout/", question.get_absolute_url(), f"{url}lay-out/"):
            assert client.get(address).status_code == 404, (person, address)
    client = client_as(world.aud)
    assert client.get(url).status_code == 200
    assert client.get(question.get_absolute_url()).status_code == 200
    assert client.post(f"{question.get_absolute_url()}answer/", {"text": "x"}).status_code == 403
    assert client.post(f"{url}fill/").status_code == 403
    assert client_as(world.gus).get("/answers/prepared/").status_code == 404


def test_pages_ask_the_database_as_often_for_one_row_as_for_many(world: Any, client_as: Any) -> None:
    for number in range(3):
        actions.keep(actor=world.rosa, question=f"Do you keep rule {number}?", text="We do.", cite=[])
    client = client_as(world.rosa)
    one = received(world.rosa, name="one.xlsx")
    drawn(world.rosa)
    pages = ["/questionnaires/", "/questionnaires/questions/", "/answers/", "/answers/prepared/", one.get_absolute_url()]
    pages += [Question.objects.get(questionnaire=one, number=1).get_absolute_url(), f"{one.get_absolute_url()}layout/"]
    before = {url: queries_of(client, url) for url in pages}
    received(world.rosa, name="two.xlsx")
    received(world.rosa, name="three.xlsx")
    after = {url: queries_of(client, url) for url in pages}
    assert before == after
    assert max(after.values()) <= 15, after


def test_the_answered_questionnaire_on_paper_names_nobody(world: Any, questionnaire: Questionnaire) -> None:
    asked = questionnaire.questions.select_related("questionnaire__owner").get(number=1)
    actions.answer(asked, actor=world.noor, text="In three places.", short="yes", cite=[f"QU-{questionnaire.pk}"])
    found = paper.context(paper.load(questionnaire.key), world.noor)
    line = found["sections"][0]["questions"][0]
    assert (found["answered"], found["total"], line["short"]) == (1, 3, "Yes")
    assert line["sources"][0].startswith(f"QU-{questionnaire.pk}, ledger entry ")
    assert world.noor.name not in str(found)


def test_the_same_by_rest(world: Any, api_as: Any) -> None:
    api = api_as(world.noor)
    made = api.post(f"{API}/questionnaires/files", {"file": io.BytesIO(files.workbook()), "title": "By REST"}, format="multipart")
    assert made.status_code == 201, made.content
    key = made.json()["key"]
    jobs.run_pending()
    listed = api.get(f"{API}/questions", {"state": "open"}).json()["results"]
    assert len(listed) == 3
    question = listed[0]["key"]
    assert api.get(f"{API}/questions/{question}/proposals").status_code == 200
    assert api.post(f"{API}/questions/{question}/answer", {}, format="json").status_code == 400
    done = api.post(f"{API}/questions/{question}/answer", {"text": "Yes, in three places.", "short": "yes"}, format="json")
    assert (done.status_code, done.json()["state"]) == (200, "answered")
    filled = api.post(f"{API}/questionnaires/{key}/filled")
    assert (filled.status_code, filled.json()["answered"]) == (201, 1)
    assert api.get(f"{API}/questionnaires/{key}/filled/newest").status_code == 200
    assert api.post(f"{API}/questionnaires/{key}/dispatch").json()["state"] == "sent"
    kept = api.post(f"{API}/answers", {"question": "Do you keep bees?", "text": "No."}, format="json")
    assert kept.status_code == 201, kept.content
    assert len(api.get(f"{API}/answers/prepared").json()) == 45
