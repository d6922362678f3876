"""All addresses. The apps above are named, not imported."""

from django.urls import include, path

urlpatterns = [
    path("", include("governance.scorecard.urls")),
    path("", include("governance.ui.urls")),
    path("accounts/", include("governance.people.accounturls")),
    path("accounts/", include("allauth.urls")),
    path("account/", include("governance.people.ownurls")),
    path("people/reviews/", include("governance.accessreviews.urls")),
    path("people/", include("governance.people.urls")),
    path("policy/", include("governance.policy.urls")),
    path("approvals/", include("governance.approvals.urls")),
    path("comments/", include("governance.comments.urls")),
    path("notices/", include("governance.notifications.urls")),
    path("documents/", include("governance.documents.urls")),
    path("check/", include("governance.documents.checkurls")),
    path("channels/", include("governance.channels.urls")),
    path("privacy/", include("governance.erasure.urls")),
    path("privacy/", include("governance.retention.urls")),
    path("charter/", include("governance.charter.urls")),
    path("ledger/", include("governance.ledger.urls")),
    path("packs/", include("governance.packs.urls")),
    path("reviews/", include("governance.reviews.urls")),
    path("ledger/", include("governance.proofs.urls")),
    path("ledger/", include("governance.verification.urls")),
    path("ledger/", include("governance.witness.urls")),
    path("witness/", include("governance.witness.doorurls")),
    path("rooms/", include("governance.rooms.urls")),
    path("", include("governance.rooms.doorurls")),
    path("", include("governance.core.urls")),
    path("api/", include("governance.api.urls")),
    path("", include("registry.urls")),
    path("", include("incidents.urls")),
]

handler400 = "governance.ui.errors.bad_request"
handler403 = "governance.ui.errors.forbidden"
handler404 = "governance.ui.errors.not_found"
handler500 = "governance.ui.errors.server_error"
