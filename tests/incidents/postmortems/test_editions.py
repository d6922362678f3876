"""Postmortems on paper: the whole of it for inside, and for outside without what policy keeps inside."""

import json
from typing import Any

import pytest

from governance.core import digest
from governance.core.errors import NotVisible
from governance.core.redaction import Redaction, spoken
from governance.documents import course, queries, rendering
from governance.documents.density import unbounded
from incidents.postmortems import actions, demands, editions
from incidents.postmortems.models import Postmortem


def test_names_give_way_to_roles_and_are_counted() -> None:
    known = Redaction(spoken("Noor Haddad", "the owner") | {"Meridian AI": "[the vendor]"}, addresses=True)
    said = known.text("Noor Haddad wrote to noor@example.org; Haddad asked Meridian AI. Noorish stays.")
    assert said == "[the owner] wrote to [address]; [the owner] asked [the vendor]. Noorish stays."
    assert known.places == 4
    assert Redaction({}).text("Nothing to hide.") == "Nothing to hide."
    assert spoken("Al Li", "x") == {"Al Li": "[x]"}


def test_the_edition_for_inside_carries_what_was_signed(world: Any, approved: Postmortem) -> None:
    said = editions.inside(editions.load(approved.key), world.noor)
    assert digest.digest(said["content"]) == approved.digest == said["postmortem_sha256"]
    assert said["author"] == "Noor Haddad"
    assert said["approvals"][0]["person"] == "Lena Fischer"
    assert said["mark"] is None
    assert said["actions"][0]["changes"].startswith("a control of the policy: ")


def test_the_edition_for_outside_holds_nothing_that_policy_keeps_inside(world: Any, begun: Postmortem, approve: Any) -> None:
    for section in begun.sections.all():
        text = "Noor Haddad asked Meridian AI; noor@example.org." if section.kind == "impact" else f"{section.heading}, in words."
        actions.write_section(section, actor=world.noor, text=text)
    actions.name_cause(begun, actor=world.noor, cause="missing_eval")
    soon = begun.incident.resolved_at.date().replace(year=2099)
    actions.add_item(
        begun.incident, actor=world.noor, what="Ask Sam Carter", owner=world.sam, due_on=soon, target_type="control",
        target_id="rate_limits",
    )  # fmt: skip
    approve(begun)
    said = editions.outside(editions.load(begun.key), world.noor)
    told = json.dumps(said)
    assert demands.redacted() >= {"people", "lucky", "vendor"}
    for name in ("Noor", "Haddad", "Sam", "Carter", "Lena", "example.org", "Where luck helped, in words"):
        assert name not in told
    assert "names of people" in said["left_out"]
    assert "“Where luck helped”" in said["left_out"]
    assert said["replaced"].startswith("3 places")
    assert "content" not in said
    assert "[the incident's owner] asked" in told


def test_a_draft_says_that_nobody_agreed_and_does_not_leave_the_house(world: Any, begun: Postmortem) -> None:
    assert editions.inside(begun, world.noor)["mark"]["label"] == "Not approved."
    inside, outside = queries.kind_named("postmortem"), queries.kind_named("postmortem-outside")
    assert queries.subject_of(inside, begun.key, world.noor) == begun
    with pytest.raises(NotVisible):
        queries.subject_of(outside, begun.key, world.noor)
    with pytest.raises(NotVisible):
        queries.subject_of(inside, begun.key, world.gus)


def test_the_template_sets_hostile_words_as_words(world: Any, approved: Postmortem) -> None:
    said = editions.inside(editions.load(approved.key), world.noor)
    said["sections"][0]["text"] = "<script>alert(1)</script>"
    frame = {"doc": {"title": "x", "check_url": "http://localhost/check/x"}}
    html = rendering.html("documents/postmortem.html", {**said, **frame}, unbounded())
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert "Course of events" in html


def test_labels_of_the_course_never_stand_in_each_others_room() -> None:
    assert course.rows_of([0, 10, 20, 120, 700]) == [0, 1, 2, 0, 0]
    assert course.said(170) == "2 h 50 min"
    assert course.said(3 * 24 * 60) == "3 days"
    assert course.course([], []) == ""
