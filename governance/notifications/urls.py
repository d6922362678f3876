"""Addresses of notices."""

from django.urls import path

from governance.notifications.views import Notices

urlpatterns = [path("", Notices.as_view(), name="notices")]
