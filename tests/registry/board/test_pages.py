"""The pages of the board's question, its files, its document, and the palette."""

import json
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from governance.core import digest
from governance.core.models import Job
from governance.ui.views import search
from registry.board import actions, paper
from registry.board.models import BoardAnswer
from registry.surfaces.models import Surface
from tests.registry.board.conftest import week
from tests.registry.usage.observing import call, deliver

Act = Callable[..., Client]


def test_words_are_answered_on_the_page(world: Any, seen: Surface, client_as: Act) -> None:
    page = client_as(world.ada).get(reverse("board"), {"q": "customer data this week on flurbs"})

    text = page.content.decode()
    assert page.status_code == 200
    assert "Data class is Customer" in text and "Not understood: “flurbs”" in text
    assert "<em>Two paths, 3 calls, had no approval.</em>" in text
    assert text.index("Not approved") < text.index("us-east") or "is-off" in text


def test_words_that_cannot_be_read_are_not_answered(world: Any, client_as: Act) -> None:
    page = client_as(world.ada).get(reverse("board"), {"q": "customer data except meridian"})
    text = page.content.decode()
    assert "This is not answered." in text and "customer data except meridian" in text
    assert 'class="answer"' not in text


def test_the_address_is_the_question(world: Any, seen: Surface, client_as: Act) -> None:
    here = f"{reverse('board')}?{week(standings=('approved',)).query()}"
    text = client_as(world.noor).get(here).content.decode()

    assert "One model ran, on one path, 3 times." in text
    assert "Sam Carter" in text and "r1" in text
    assert "somebody who sees part of the company" in text

    page = client_as(world.ben).get(reverse("board"), {"surface": seen.key, "from": "2026-01-01"})
    assert page.status_code == 422
    assert f"There is no surface {seen.key!r} that you can see." in page.content.decode().replace("&#x27;", "'")


def test_the_page_asks_the_same_for_one_line_and_for_many(
    world: Any, live: Surface, client_as: Act, django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.ada)
    address = f"{reverse('board')}?{week().query()}"
    deliver([call(claim=live.key)])
    client.get(address)
    with django_assert_max_num_queries(15) as one:
        client.get(address)
    deliver([call(claim=live.key, region=f"r{number}", service=f"s{number}") for number in range(5)])
    deliver([call(service=f"s{number}", model="x") for number in range(3)])
    with django_assert_max_num_queries(16) as many:
        client.get(address)
    assert len(many) <= len(one) + 1  # findings are asked about only where there is a gap
    with django_assert_max_num_queries(16):
        client.get(reverse("board"), {"q": "which models ran on claims triage this week"})


def test_the_question_is_put_together_part_by_part(world: Any, live: Surface, client_as: Act) -> None:
    text = client_as(world.noor).get(reverse("board-change"), {"class": "customer"}).content.decode()
    assert 'value="customer"' in text and "checked" in text and "Meridian AI" in text


def test_blind_spots_are_a_part_of_the_page_and_a_page(world: Any, seen: Surface, client_as: Act) -> None:
    client = client_as(world.ada)
    address = f"{reverse('board-blind')}?{week().query()}"
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "heard of" in part
    assert "What this answer cannot know" in client.get(address).content.decode()


def test_an_answer_leaves_as_a_file(world: Any, seen: Surface, client_as: Act) -> None:
    client = client_as(world.ada)
    query = week().query()
    rows = b"".join(client.get(f"{reverse('board-file', args=['csv'])}?{query}").streaming_content).decode()  # type: ignore[attr-defined]
    assert rows.count("\n") == 4 and "us-east" in rows and world.sam.ref in rows
    assert client.get(f"{reverse('board-file', args=['exe'])}?{query}").status_code == 404


def test_it_is_sealed_from_the_page_and_set_as_a_document(world: Any, seen: Surface, client_as: Act) -> None:
    client = client_as(world.noor)
    address = f"{reverse('board-seal')}?{week().query()}"
    sealed = client.post(address, {"words": "all of it"})
    answer = BoardAnswer.objects.get()
    assert sealed.headers["Location"] == answer.get_absolute_url()
    text = client.get(answer.get_absolute_url()).content.decode()
    assert "computed again just now, it is the same" in text and "One model ran" in text
    assert client_as(world.ben).get(answer.get_absolute_url()).status_code == 404

    going = client.post(address, {"then": "pdf"})
    job = Job.objects.get(kind="documents.make")
    assert going.headers["Location"] == reverse("job", args=[job.pk])
    assert answer.get_absolute_url() in client.get(reverse("board-answers")).content.decode()
    whole = json.loads(client.get(reverse("board-answer-file", args=[answer.key, "json"])).content)
    assert digest.digest(whole["answer"]) == whole["sha256"] == answer.digest
    for tab in ("board-answer-documents", "board-answer-activity"):
        assert client.get(reverse(tab, args=[answer.key])).status_code == 200


def test_paper_says_what_the_page_says(world: Any, seen: Surface) -> None:
    answer = actions.seal(week(), actor=world.ada)
    told = paper.context(answer, world.ada)

    assert [row["state"] for row in told["rows"]] == ["Not approved", "Not approved", ""]
    assert told["rows"][2]["approvers"] == "Sam Carter"
    assert told["answer_sha256"] == digest.digest(told["answer"])


def test_the_palette_answers_questions(world: Any, seen: Surface) -> None:
    hits = [hit for shelf in search(world.ada, "customer data this week") for hit in shelf.hits]
    assert hits[0].label == "Answer: customer data this week"
    assert hits[0].detail.startswith("Customer; ")
    assert not [hit for shelf in search(world.ada, "flurb data") for hit in shelf.hits if hit.label.startswith("Answer")]


def test_rest_answers_everybody_for_what_they_see(world: Any, seen: Surface, api_as: Any) -> None:
    for nick, calls in {"ada": 6, "aud": 6, "noor": 5, "gus": 0}.items():
        api = api_as(getattr(world, nick))
        found = api.get("/api/v1/board/answer", {"class": "customer,internal"})
        assert (found.status_code, found.json()["answer"]["totals"]["calls"]) == (200, calls)
        words = api.get("/api/v1/board/answer", {"words": "customer data this week"})
        assert words.status_code == 200, words.content
        posted = api.post("/api/v1/board/answer", {"words": "customer data this week"}, format="json")
        assert posted.status_code == (403 if nick == "gus" else 200)  # what a guest reads is told of each GET


def test_rest_reads_words_and_seals(world: Any, seen: Surface, api_as: Any) -> None:
    api = api_as(world.ada)
    found = api.post("/api/v1/board/answer", {"words": "customer data this week on flurbs"}, format="json").json()
    assert (found["unread"], found["answer"]["totals"]["not_approved"]) == (["flurbs"], 3)
    wrong = api.post("/api/v1/board/answer", {"words": "data not known to anybody, except us"}, format="json")
    assert wrong.status_code == 400
    both = api.post("/api/v1/board/answer", {"words": "customer data", "classes": ["customer"]}, format="json")
    assert both.status_code == 400
    made = api.post("/api/v1/board-answers", {"classes": ["customer"]}, format="json")
    assert made.status_code == 201, made.content
    kept = api.get(f"/api/v1/board-answers/{made.json()['key']}").json()
    assert digest.digest(kept["content"]) == kept["digest"]
    assert [row["key"] for row in api.get("/api/v1/board-answers").json()["results"]] == [kept["key"]]
