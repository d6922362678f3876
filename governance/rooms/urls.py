"""Addresses of rooms for people of the company."""

from django.urls import path

from governance.rooms import views

urlpatterns = [
    *views.RoomList.urls(""),
    path("new/", views.NewRoom.as_view(), name="room-new"),
    path("revoke/<str:key>/", views.RevokeLink.as_view(), name="room-link-revoke"),
    path("<str:key>/edit/", views.EditRoom.as_view(), name="room-edit"),
    path("<str:key>/close/", views.CloseRoom.as_view(), name="room-close"),
    path("<str:key>/fill/", views.Fill.as_view(), name="room-fill"),
    path("<str:key>/fill/<int:number>/renew/", views.Renew.as_view(), name="room-item-renew"),
    path("<str:key>/fill/<int:number>/take-out/", views.TakeOut.as_view(), name="room-item-take"),
    path("<str:key>/let-in/", views.MakeLink.as_view(), name="room-link-new"),
    *views.RoomPage.urls("<str:key>/"),
]
