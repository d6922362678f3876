"""What policy contributes: its approval kind, the job that puts versions in force, navigation, search and inbox."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import (
    ApiRoute,
    ApprovalKind,
    JobKind,
    NavItem,
    PaletteCommand,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.offers import FoundingStep
from governance.policy import actions, compare, queries
from governance.policy.models import DataClass, PolicyDraft, Tier


def load_draft(pk: str) -> PolicyDraft:
    """Return a draft by id."""
    draft = PolicyDraft.objects.select_related("author", "based_on", "adopted_as").filter(pk=pk).first()
    if draft is None:
        raise NotVisible("This draft of the policy is not there any more.")
    return draft


def deciding(user: Any, draft: PolicyDraft) -> Mapping[str, Any]:
    """Return what approvers look at: what differs from the policy that the draft was started from, and from when on."""
    return {"draft": draft, "differences": compare.compare(queries.document(draft.based_on), draft.document)}


def apply_due(job: Any, progress: Any) -> dict[str, str]:
    """Put the version in force whose date has come."""
    version = actions.apply_due()
    return {"applied": version.label if version else ""}


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find tiers and data classes by name or key."""
    needle = words.casefold()
    home = reverse("policy")
    hits = [
        SearchHit(str(tier), home, "Tier", "policy", 0.6)
        for tier in Tier.objects.visible_to(user)
        if needle in tier.name.casefold() or needle == tier.key.casefold()
    ]
    hits += [
        SearchHit(each.name, reverse("policy-data"), "Data class", "data", 0.5)
        for each in DataClass.objects.visible_to(user).filter(is_retired=False)
        if needle in each.name.casefold() or needle in each.key
    ]
    return hits[:limit]


contribute(
    ApprovalKind(
        key="policy",
        label="Change of policy",
        load=load_draft,
        visible=lambda user, draft: PolicyDraft.objects.visible_to(user).filter(pk=draft.pk).exists(),
        url=lambda draft: reverse("policy-draft", args=[draft.key]),
        settled=actions.settle_draft,
        template="governance/policy/_decide.html",
        context=deciding,
    )
)
contribute(JobKind("policy.apply_due", apply_due, label="Put policy in force at its date"))
contribute(Schedule("policy.apply_due", "policy.apply_due", every=timedelta(minutes=1)))
contribute(NavItem("policy", "Policy", "policy", "policy", group="Rules", order=10))
contribute(SearchSource("policy", "Policy", find, order=80))
contribute(
    PaletteCommand(
        "policy-draft", "Draft a change of policy", lambda user: reverse("policy-draft-new"), words="tier approver rule yaml",
        icon="policy", visible=roles.governs,
    )
)  # fmt: skip
contribute(ApiRoute("policy-versions", "policy/versions", lambda: import_string("governance.policy.api.VersionApi"), order=60))
contribute(ApiRoute("policy-drafts", "policy/drafts", lambda: import_string("governance.policy.api.DraftApi"), order=61))
contribute(ApiRoute("tiers", "tiers", lambda: import_string("governance.policy.api.TierApi"), order=62))
contribute(ApiRoute("data-classes", "data-classes", lambda: import_string("governance.policy.api.DataClassApi"), order=63))
contribute(
    ApiRoute("incident-categories", "incident-categories", lambda: import_string("governance.policy.api.CategoryApi"), order=64)
)
contribute(ApiRoute("approval-routes", "approval-routes", lambda: import_string("governance.policy.api.RouteApi"), order=65))

contribute(FoundingStep("policy", actions.seed))
