"""Addresses of the frame: assets, palette, theme, counts, jobs."""

from django.urls import path

from governance.ui import assets, views
from governance.ui.pages import JobPage

urlpatterns = [
    path("assets/plumbline-<slug:digest>.<slug:kind>", assets.asset, name="ui-asset"),
    path("palette/", views.PalettePage.as_view(), name="palette"),
    path("theme/", views.ThemeView.as_view(), name="theme"),
    path("keyboard/", views.KeyboardPage.as_view(), name="keyboard"),
    path("more/", views.MorePage.as_view(), name="more"),
    path("ui/counts/", views.NavCounts.as_view(), name="nav-counts"),
    path("jobs/<int:pk>/", JobPage.as_view(), name="job"),
    path("jobs/<int:pk>/progress/", JobPage.as_view(fragment=True), name="job-progress"),
]
