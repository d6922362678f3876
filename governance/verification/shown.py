"""What verification contributes: a tab beside the ledger, health, the briefing, notices, palette and REST."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

import governance.verification.background  # noqa: F401 - contributes itself
from governance.comments.subjects import Commentable
from governance.core.contributions import ApiRoute, BriefingLine, HealthCheck, ObjectLink, PaletteCommand, contribute
from governance.notifications.telling import NoticeRule
from governance.people.models import Role, User
from governance.ui.extensions import FamilyTab
from governance.verification import queries, rules
from governance.verification.models import Verification


def held() -> str:
    """Say what the newest verification found and nobody accepted."""
    last = queries.newest()
    left = queries.open_findings(last) if last is not None else 0
    if last is None or not left:
        return ""
    first = next((each["what"] for each in last.findings if not each["accepted"]), "")
    return (
        f"{last.key} found {left:,} things in the ledger that do not hold ({first}). See /ledger/verification/, bring them "
        "back from a backup and verify again, or accept them with a reason."
    )


def alarming(user: Any) -> Any:
    """Return the result that alarms, for those who may see it."""
    return queries.alarming() if rules.may_see(user) else Verification.objects.none()


def _url(user: Any) -> str:
    last = queries.newest()
    return reverse("verification", args=[last.key]) if last is not None else reverse("verifications")


def _governors(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    return User.objects.filter(is_active=True, role__in=[Role.ADMINISTRATOR, Role.RISK_OFFICER], kind=User.Kind.PERSON)


def _said(entry: Any, body: dict[str, Any]) -> str:
    return f"The ledger does not hold: {body['payload']['problems']} things were changed past this application."


def _page(pk: str) -> str:
    return reverse("verification", args=[f"VF-{pk}"])


contribute(FamilyTab("verifications", "ledger", "Verification", "verifications", order=30))
contribute(HealthCheck("ledger-verified", held))
contribute(
    BriefingLine(
        "ledger.broken",
        "burning",
        "verifications of the ledger that found something",
        alarming,
        _url,
        order=1,
        level="stop",
        one="verification of the ledger that found something",
    )
)
contribute(NoticeRule("ledger.not_verified", _governors, _said, lambda entry, body: _page(entry.subject_id)))
contribute(ObjectLink("governance.verification", _page))
contribute(Commentable("governance.verification", queries.visible_to))
contribute(ApiRoute("verifications", "verifications", load=lambda: import_string("governance.verification.api.VerificationApi")))
contribute(
    PaletteCommand(
        "verify",
        "Verify the ledger",
        lambda user: reverse("verify"),
        words="tamper check history rows hashes checkpoint older changed",
        icon="check",
        visible=lambda user: bool(rules.may_verify(user)),
    )
)
