"""What stands before allauth's own addresses below /accounts/: our door, and pages of allauth's that are not offered.

Addresses, sign-ups and connections are changed by actions only, so the pages that would write them past the ledger
lead back to the account.
"""

from django.urls import path
from django.views.generic import RedirectView

from governance.people.views.entry import Door, Forgot

_account = RedirectView.as_view(pattern_name="account-security")
urlpatterns = [
    path("login/", Door.as_view(), name="account_login"),
    path("password/reset/", Forgot.as_view(), name="account_reset_password"),
    path("email/", _account),
    path("signup/", RedirectView.as_view(pattern_name="account_login")),
    path("sessions/", _account),
    path("2fa/", _account),
    path("3rdparty/", _account),
    path("3rdparty/signup/", RedirectView.as_view(pattern_name="account_login")),
]
