"""The pages of policy: everybody reads what holds, risk officers draft, and each page is cheap."""

import copy
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance.approvals import actions as approvals
from governance.core import clock
from governance.policy import actions, queries, yamlfile
from governance.policy.models import PolicyDraft
from governance.policy.views.versions import VersionPage

MOST_QUERIES = 15


@pytest.fixture
def draft(world) -> PolicyDraft:
    made = actions.start_draft(actor=world.rosa, title="Sooner <b>reviews</b>", reason="The audit asked for it.")
    document = copy.deepcopy(made.document)
    document["tiers"][3]["review_months"] = 2
    document["incidents"]["categories"].append(
        {"key": "copying", "name": "Copying <i>", "plain_words": "It copied.", "path": "Legal"}
    )
    return actions.change_draft(made, actor=world.rosa, document=document)


@pytest.mark.parametrize("tab", [tab.slug for tab in VersionPage.tabs])
@pytest.mark.parametrize("nick", ["rosa", "noor", "aud", "gus"])
def test_everybody_reads_the_policy_in_force(world, client_as, tab, nick, django_assert_max_num_queries):
    client = client_as(getattr(world, nick))
    client.get(reverse("policy-versions"))  # notes the session, once
    told = 5 if nick == "gus" else 0  # a guest's reading is told to the ledger
    with django_assert_max_num_queries(MOST_QUERIES + told):
        page = client.get(reverse(f"policy-{tab}" if tab else "policy"))
    assert page.status_code == 200
    assert "Policy 2026.1" in page.content.decode()


def test_the_page_says_what_comes_and_what_waits(world, client_as, draft):
    request = actions.propose_draft(draft, actor=world.rosa)
    assert "A change of policy waits for approval" in client_as(world.noor).get(reverse("policy")).content.decode()
    for person in (world.ingrid, world.priya, world.marta):
        approvals.decide(request, actor=person, verdict="approve", digest=request.subject_digest)
    page = client_as(world.noor).get(reverse("policy")).content.decode()
    assert "Policy 2026.2" in page and "2 months" in page


def test_a_version_with_a_later_date_is_announced(world, client_as, draft):
    actions.change_draft(draft, actor=world.rosa, effective_at=clock.now() + timedelta(days=9))
    request = actions.propose_draft(draft, actor=world.rosa)
    for person in (world.ingrid, world.priya, world.marta):
        approvals.decide(request, actor=person, verdict="approve", digest=request.subject_digest)
    page = client_as(world.noor).get(reverse("policy")).content.decode()
    assert "Policy 2026.2 comes into force on" in page
    assert "Not yet in force" in client_as(world.noor).get(reverse("policy-version", args=["2026.2"])).content.decode()


def test_the_export_is_the_same_bytes_each_time(world, client_as):
    client, url = client_as(world.noor), reverse("policy-version-yaml", args=["2026.1"])
    first = client.get(url)
    assert first.content == client.get(url).content == yamlfile.dump(queries.document()).encode()
    assert "attachment" in first["Content-Disposition"]


def test_versions_are_compared_in_words(world, client_as, draft):
    request = actions.propose_draft(draft, actor=world.rosa)
    for person in (world.ingrid, world.priya, world.marta):
        approvals.decide(request, actor=person, verdict="approve", digest=request.subject_digest)
    page = client_as(world.noor).get(reverse("policy-comparison", args=["2026.2", "2026.1"])).content.decode()
    assert "From policy 2026.1 to 2026.2" in page
    assert "Months between reviews" in page and "Copying &lt;i&gt;" in page
    assert client_as(world.noor).get(reverse("policy-comparison", args=["2026.2", "1999.1"])).status_code == 404
    assert client_as(world.noor).get(reverse("policy-versions")).status_code == 200


def test_a_draft_is_made_edited_by_form_and_by_yaml_and_proposed(world, client_as):
    client = client_as(world.rosa)
    made = client.post(reverse("policy-draft-new"), {"title": "Sooner", "reason": "Because.", "effective_at": ""})
    draft = PolicyDraft.objects.get()
    assert made["Location"] == reverse("policy-draft-edit", args=[draft.key])
    assert client.get(made["Location"]).status_code == 200
    row = reverse("policy-draft-row", args=[draft.key, "tiers", 3])
    form = client.get(row).context["form"]
    given = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in given.items() if value is not None and value is not False} | {
        "review_months": "2",
        "version": draft.version,
    }
    assert client.post(row, given).status_code == 302
    draft.refresh_from_db()
    assert draft.document["tiers"][3]["review_months"] == 2
    assert {**draft.document["tiers"][3], "review_months": 3} == queries.document()["tiers"][3]
    editor = reverse("policy-draft-editor", args=[draft.key])
    text = client.get(editor).context["form"]["yaml"].value()
    bad = client.post(
        editor, {"yaml": text.replace("vendor_review_months: 3", "vendor_review_months: -3"), "version": draft.version}
    )
    assert bad.status_code == 422 and "too small" in bad.content.decode() and "vendor_review_months: -3" in bad.content.decode()
    good = text.replace("vendor_review_months: 3", "vendor_review_months: 6  # agreed").replace("\n", "\r\n")
    assert client.post(editor, {"yaml": good, "version": draft.version}).status_code == 302
    page = client.get(reverse("policy-draft", args=[draft.key])).content.decode()
    assert "2 things differ from what holds" in page and "Propose it" in page
    draft.refresh_from_db()
    assert client.post(reverse("policy-draft-propose", args=[draft.key]), {"version": draft.version}).status_code == 302
    assert PolicyDraft.objects.get().state == "proposed"


@pytest.mark.parametrize(
    "section", ["tiers", "routes", "data_classes", "categories", "lanes", "controls", "severities", "positions"]
)
def test_saving_a_row_form_as_it_is_changes_nothing(world, client_as, section):
    draft = actions.start_draft(actor=world.rosa, title="As it is")
    client = client_as(world.rosa)
    for index in (0, -1):
        row = reverse("policy-draft-row", args=[draft.key, section, 0 if index == 0 else 3])
        form = client.get(row).context["form"]
        given = {name: form[name].value() for name in form.fields}
        given = {name: value for name, value in given.items() if value is not None and value is not False}
        answer = client.post(row, given)
        assert answer.status_code == 302, answer.context["form"].errors
    draft.refresh_from_db()
    assert draft.document == queries.document()


def test_a_file_goes_in_through_the_browser(world, client_as):
    text = yamlfile.dump(queries.document()).replace("vendor_review_months: 3", "vendor_review_months: 5")
    upload = SimpleUploadedFile("policy.yaml", b"\xef\xbb\xbf" + text.encode(), "application/yaml")
    client = client_as(world.rosa)
    client.post(reverse("policy-draft-new"), {"title": "From a file", "file": upload})
    assert PolicyDraft.objects.get().document["vendor_review_months"] == 5
    latin = SimpleUploadedFile("policy.yaml", "name: Zo\xeb".encode("latin-1"), "application/yaml")
    answer = client.post(reverse("policy-draft-new"), {"title": "Latin", "file": latin})
    assert answer.status_code == 422 and "not UTF-8" in answer.content.decode()


def test_others_are_told_who_drafts_and_see_no_drafts_of_others(world, client_as, draft):
    client = client_as(world.noor)
    page = client.get(reverse("policy"))
    assert "Only risk officers and administrators draft policy" in page.content.decode()
    assert client.get(reverse("policy-draft-new")).status_code == 403
    assert client.get(reverse("policy-draft", args=[draft.key])).status_code == 404
    assert client.post(reverse("policy-draft-editor", args=[draft.key]), {"yaml": "a: 1"}).status_code == 404
    auditor = client_as(world.aud)
    assert auditor.get(reverse("policy-draft", args=[draft.key])).status_code == 200
    assert auditor.get(reverse("policy-draft-editor", args=[draft.key])).status_code == 403


def test_a_stale_page_gets_409_and_keeps_what_was_typed(world, client_as, draft):
    seen = draft.version
    actions.change_draft(draft, actor=world.ada, title="Meanwhile")
    answer = client_as(world.rosa).post(
        reverse("policy-draft-details", args=[draft.key]), {"title": "Mine", "reason": "x", "version": seen}
    )
    assert answer.status_code == 409 and "Mine" in answer.content.decode()


def test_the_deciding_screen_shows_what_changes(world, client_as, draft):
    request = actions.propose_draft(draft, actor=world.rosa)
    page = client_as(world.priya).get(reverse("approval", args=[request.key])).content.decode()
    assert "Months between reviews" in page and "Sooner &lt;b&gt;" in page and "<b>reviews" not in page


@pytest.mark.parametrize("name", ["policy-drafts", "policy-versions"])
def test_lists_cost_the_same_for_one_row_and_three(world, client_as, name, django_assert_max_num_queries):
    client = client_as(world.rosa)
    counts = []
    client.get(reverse(name))  # what is kept for a while (company, counts) is not counted
    for number in (1, 2):
        for _ in range(number):
            actions.start_draft(actor=world.rosa, title="One more")
        with django_assert_max_num_queries(MOST_QUERIES) as seen:
            assert client.get(reverse(name)).status_code == 200
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_lists_leave_as_files(world, client_as, draft, form):
    for name in ("policy-drafts", "policy-versions"):
        assert client_as(world.rosa).get(reverse(f"{name}-export", args=[form])).status_code == 200
