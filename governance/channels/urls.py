"""Addresses of channels."""

from django.urls import path

from governance.channels import views

urlpatterns = [
    *views.ChannelList.urls(""),
    path("new/", views.ChooseKind.as_view(), name="channel-add"),
    path("new/<slug:kind>/", views.AddChannel.as_view(), name="channel-add-kind"),
    *views.DeliveryList.urls("deliveries/"),
    path("deliveries/<str:key>/again/", views.SendAgain.as_view(), name="delivery-again"),
    *views.DeliveryPage.urls("deliveries/<str:key>/"),
    path("<str:key>/edit/", views.EditChannel.as_view(), name="channel-edit"),
    path("<str:key>/pause/", views.PauseChannel.as_view(), name="channel-pause"),
    path("<str:key>/resume/", views.ResumeChannel.as_view(), name="channel-resume"),
    path("<str:key>/retire/", views.RetireChannel.as_view(), name="channel-retire"),
    path("<str:key>/test/", views.TryOut.as_view(), name="channel-test"),
    *views.ChannelPage.urls("<str:key>/"),
]
