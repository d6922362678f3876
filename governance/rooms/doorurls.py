"""Addresses that open without an account: rooms by a link, and the public page."""

from django.urls import path

from governance.rooms import views

urlpatterns = [
    path("room/<str:secret>/", views.Door.as_view(), name="room-door"),
    path("room/<str:secret>/<int:number>/", views.Answers.as_view(), name="room-answers"),
    path("room/<str:secret>/<int:number>/pages.pdf", views.Pages.as_view(), name="room-pages"),
    path("room/<str:secret>/<int:number>/pack.zip", views.Whole.as_view(), name="room-zip"),
    path("room/<str:secret>/<int:number>/proof.json", views.Proof.as_view(), name="room-proof"),
    path("trust/", views.Trust.as_view(), name="trust"),
]
