"""What policy says about proof: read as values, kept when an older policy is silent, edited by form, shown."""

import copy

import pytest
from django.urls import reverse

from governance.core.contributions import RetentionKind, contributed
from governance.policy import actions, compare, normal, proofrules, queries, schema, usagerules, validation, yamlfile
from governance.policy.actions.versions import CATALOGUE

BLOCKS = ("retention", "packs", "rooms", "access_review", "answers")


def shipped() -> dict:
    return validation.read(CATALOGUE.read_text(encoding="utf-8"))


def test_a_policy_from_before_holds_what_the_shipped_one_says():
    policy = shipped()
    older = {name: value for name, value in policy.items() if name not in BLOCKS}
    for block in BLOCKS:
        assert schema.properties()[block]["default"] == policy[block]
    assert normal.filled(older) == policy
    assert proofrules.of(normal.filled(older)) == proofrules.of(policy)
    written = yamlfile.dump(policy)
    assert "record_kind: notices" in written and "longest_days: 90" in written and "stale_days: 180" in written
    assert validation.read(written) == policy


def test_a_tier_has_its_own_days_else_those_of_any():
    rules = proofrules.of(shipped())
    assert rules.days_kept("attachments", 4) == 3650 and rules.days_kept("attachments", 1) == 1095
    assert rules.own_tiers("attachments") == {3, 4} and not rules.own_tiers("notices")
    assert rules.days_kept("unheard of") is None
    assert rules.redacted["full"] == frozenset() and "people" in rules.redacted["buyer"]
    assert not rules.rooms.password_required and not rules.rooms.status_page


def test_every_kind_of_record_that_can_go_is_in_the_shipped_policy():
    said = {row["record_kind"] for row in shipped()["retention"]} | {usagerules.OBSERVATIONS, usagerules.KEPT_TEXTS}
    assert {kind.key for kind in contributed(RetentionKind)} <= said
    assert {row["record_kind"] for row in shipped()["retention"]} <= {kind.key for kind in contributed(RetentionKind)}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("retention", 0, "record_kind"), "decisions", "is no kind of record"),
        (("retention", 0, "record_kind"), "jobs", "already a rule"),
        (("retention", 0, "tier"), 3, "belong to no tier"),
        (("retention", 0, "days"), 0, "too small"),
        (("packs", "redact", "buyer"), ["People's names"], "a section such as risks"),
        (("rooms", "public"), ["budgets"], "is not one of"),
        (("rooms", "longest_days"), 0, "too small"),
        (("access_review", "every_days"), 1, "too small"),
    ],
)
def test_what_does_not_fit_together_is_said(path, value, said):
    with pytest.raises(validation.Invalid) as caught:
        validation.sound(normal.changed(shipped(), path, value))
    assert any(said in each for each in caught.value.fields["document"]), caught.value.fields


def test_differences_name_kind_and_tier():
    policy = copy.deepcopy(shipped())
    policy["retention"][8]["days"] = 4000
    policy["retention"][0]["days"] = None
    assert [str(each) for each in compare.compare(shipped(), policy)] == [
        "Retention: Notices. Days kept: 180 becomes nothing.",
        "Retention: Attachments in tier 3. Days kept: 3650 becomes 4000.",
    ]


def test_the_rules_in_force_are_read_once(world, django_assert_num_queries):
    first, version = queries.proof_rules(), queries.in_force()
    with django_assert_num_queries(0):
        assert queries.proof_rules(version) is first


def test_parts_are_edited_by_form_and_shown(world, client_as):
    draft = actions.start_draft(actor=world.rosa, title="Keep less", reason="Because.")
    client = client_as(world.rosa)
    assert "Retention" in client.get(reverse("policy-draft-edit", args=[draft.key])).content.decode()
    row = reverse("policy-draft-row", args=[draft.key, "retention", 0])
    assert client.post(row, {"days": 90, "version": draft.version}).status_code == 302
    draft.refresh_from_db()
    part = reverse("policy-draft-part", args=[draft.key, "pack_redaction"])
    assert "endpoints.account" in client.get(part).content.decode()
    assert client.post(part, {"buyer": "people, risks", "version": draft.version}).status_code == 302
    draft.refresh_from_db()
    assert draft.document["retention"][0]["days"] == 90 and draft.document["packs"]["redact"]["buyer"] == ["people", "risks"]
    shown = client_as(world.noor).get(reverse("policy-proof")).content.decode()
    assert "3650 days" in shown and "status page" not in shown and "no page for everybody" in shown
