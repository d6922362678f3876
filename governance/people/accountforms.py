"""allauth's forms in our words: labels that say what to type, no placeholders in their stead."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn

from governance.people.forms import HOW_STRONG

LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "remember": "Stay signed in for two weeks",
    "oldpassword": "Present password",
    "password1": "New password",
    "password2": "New password, once more",
    "code": "Code",
    "name": "Name of the device",
    "passwordless": "Sign in with it alone",
}
HELP = {
    "password1": HOW_STRONG,
    "name": "So that you can tell your passkeys apart.",
    "passwordless": "The device asks for your fingerprint, face or PIN; no password is needed then.",
}


class Plain:
    """Gives the fields of a form our labels and help."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            field.help_text = HELP.get(name, "")


class LoginForm(Plain, account.LoginForm):
    """Signing in."""


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    """Saying once more who one is."""


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    """A new password in place of the present one."""


class SetPasswordForm(Plain, account.SetPasswordForm):
    """A first password."""


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    """Asking for a link by mail."""


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    """A new password behind a link."""


class AuthenticateForm(Plain, codes.AuthenticateForm):
    """A code beside the password."""


class ReauthenticateCodeForm(Plain, codes.ReauthenticateForm):
    """A code to say once more who one is."""


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):
    """The first code of an authenticator app."""


class AddWebAuthnForm(Plain, webauthn.AddWebAuthnForm):
    """A new passkey: signs in alone, unless one wants it beside the password only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class EditWebAuthnForm(Plain, webauthn.EditWebAuthnForm):
    """A passkey's name."""
