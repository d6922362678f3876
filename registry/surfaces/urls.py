"""Addresses of surfaces."""

from django.urls import path

from registry.surfaces.views import contract, edits, register, transfers
from registry.surfaces.views.lists import SurfaceList
from registry.surfaces.views.page import SurfacePage

urlpatterns = [
    *SurfaceList.urls(""),
    path("register/", register.RegisterStart.as_view(), name="surface-register"),
    *register.RegisterPage.urls("register/<str:draft>/"),
    path("transfers/<int:pk>/accept/", transfers.Accept.as_view(), name="transfer-accept"),
    path("transfers/<int:pk>/decline/", transfers.Decline.as_view(), name="transfer-decline"),
    path("transfers/<int:pk>/withdraw/", transfers.Withdraw.as_view(), name="transfer-withdraw"),
    path("<str:key>/edit/", edits.EditFacts.as_view(), name="surface-edit"),
    path("<str:key>/tier/", edits.SetTier.as_view(), name="surface-tier"),
    path("<str:key>/move/<slug:state>/", edits.Move.as_view(), name="surface-move"),
    path("<str:key>/owner/", edits.NameOwner.as_view(), name="surface-owner"),
    path("<str:key>/hand-over/", transfers.HandOver.as_view(), name="surface-hand-over"),
    path("<str:key>/share/", edits.Share.as_view(), name="surface-share"),
    path("<str:key>/unshare/", edits.Unshare.as_view(), name="surface-unshare"),
    path("<str:key>/raci/save/", edits.SaveRaci.as_view(), name="surface-raci-save"),
    path("<str:key>/contract/edit/", contract.ContractEditor.as_view(), name="surface-contract-edit"),
    path("<str:key>/contract/discard/", contract.DiscardDraft.as_view(), name="surface-contract-discard"),
    path("<str:key>/contract/read/", contract.ReadYaml.as_view(), name="surface-contract-read"),
    path("<str:key>/plumbline.yaml", contract.YamlFile.as_view(), name="surface-yaml"),
    path("<str:key>/revisions/<int:number>/", contract.RevisionPage.as_view(), name="surface-revision"),
    *SurfacePage.urls("<str:key>/"),
]
