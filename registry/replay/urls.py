"""The address of a draft's replay."""

from django.urls import path

from registry.replay.views import ReplayPage

urlpatterns = [path("policy/drafts/<str:key>/replay/", ReplayPage.as_view(), name="policy-draft-replay")]
