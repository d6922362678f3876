"""Addresses of policy."""

from django.urls import path

from governance.policy import draftviews, views

urlpatterns = [
    *views.VersionList.urls("versions/"),
    path("versions/<str:label>/policy.yaml", views.VersionYaml.as_view(), name="policy-version-yaml"),
    path("versions/<str:label>/against/<str:other>/", views.ComparisonPage.as_view(), name="policy-comparison"),
    *views.VersionPage.urls("versions/<str:label>/"),
    *draftviews.DraftList.urls("drafts/"),
    path("drafts/new/", draftviews.StartDraft.as_view(), name="policy-draft-new"),
    path("drafts/<str:key>/draft.yaml", draftviews.DraftYaml.as_view(), name="policy-draft-yaml"),
    path("drafts/<str:key>/details/", draftviews.DraftDetails.as_view(), name="policy-draft-details"),
    path("drafts/<str:key>/yaml/", draftviews.DraftEditor.as_view(), name="policy-draft-editor"),
    path("drafts/<str:key>/edit/<slug:section>/<int:index>/", draftviews.DraftRow.as_view(), name="policy-draft-row"),
    path("drafts/<str:key>/propose/", draftviews.ProposeDraft.as_view(), name="policy-draft-propose"),
    path("drafts/<str:key>/discard/", draftviews.DiscardDraft.as_view(), name="policy-draft-discard"),
    path("drafts/<str:key>/rebase/", draftviews.RebaseDraft.as_view(), name="policy-draft-rebase"),
    path("drafts/<str:key>/revise/", draftviews.ReviseDraft.as_view(), name="policy-draft-revise"),
    *draftviews.DraftPage.urls("drafts/<str:key>/"),
    *views.PolicyPage.urls(""),
]
