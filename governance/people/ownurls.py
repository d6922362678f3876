"""Addresses of one's own account, below /account/."""

from django.urls import path

from governance.people.views import account, tokens

urlpatterns = [
    path("", account.AccountPage.as_view(), name="account"),
    path("security/", account.AccountPage.as_view(part="security"), name="account-security"),
    path("tokens/", account.AccountPage.as_view(part="tokens"), name="account-tokens"),
    path("change/", account.ChangeProfile.as_view(), name="account-change"),
    path("tokens/new/", tokens.NewToken.as_view(), name="token-add"),
    path("sessions/end/", account.EndSessions.as_view(), name="sessions-end"),
    path("sessions/<int:pk>/end/", account.EndSessions.as_view(), name="session-end"),
]
