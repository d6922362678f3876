"""Addresses of the calendar."""

from django.urls import path

from registry.cadence import views

urlpatterns = [
    path("calendar/", views.CalendarPage.as_view(), name="calendar"),
    path("calendar/address/new/", views.MakeCalendarFeed.as_view(), name="calendar-feed-new"),
    path("calendar/feed/<str:secret>.ics", views.calendar_file, name="calendar-feed"),
]
