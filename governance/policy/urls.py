"""Addresses of policy."""

from django.urls import path

from governance.policy.views import drafts, edits, parts, versions

urlpatterns = [
    *versions.VersionList.urls("versions/"),
    path("versions/<str:label>/policy.yaml", versions.VersionYaml.as_view(), name="policy-version-yaml"),
    path("versions/<str:label>/against/<str:other>/", versions.ComparisonPage.as_view(), name="policy-comparison"),
    *versions.VersionPage.urls("versions/<str:label>/"),
    *drafts.DraftList.urls("drafts/"),
    path("drafts/new/", edits.StartDraft.as_view(), name="policy-draft-new"),
    path("drafts/<str:key>/draft.yaml", edits.DraftYaml.as_view(), name="policy-draft-yaml"),
    path("drafts/<str:key>/details/", edits.DraftDetails.as_view(), name="policy-draft-details"),
    path("drafts/<str:key>/yaml/", edits.DraftEditor.as_view(), name="policy-draft-editor"),
    path("drafts/<str:key>/edit/<slug:section>/<int:index>/", parts.DraftRow.as_view(), name="policy-draft-row"),
    path("drafts/<str:key>/edit/<slug:part>/", parts.DraftPart.as_view(), name="policy-draft-part"),
    path("drafts/<str:key>/propose/", edits.ProposeDraft.as_view(), name="policy-draft-propose"),
    path("drafts/<str:key>/discard/", edits.DiscardDraft.as_view(), name="policy-draft-discard"),
    path("drafts/<str:key>/rebase/", edits.RebaseDraft.as_view(), name="policy-draft-rebase"),
    path("drafts/<str:key>/revise/", edits.ReviseDraft.as_view(), name="policy-draft-revise"),
    *drafts.DraftPage.urls("drafts/<str:key>/"),
    *versions.PolicyPage.urls(""),
]
