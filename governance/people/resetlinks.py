"""The address under which a person sets a new password: allauth's own, made for a hand-over without mail."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from governance.people.models import User


def reset_link(person: User) -> str:
    """Return the path; its token ends with its use, with the next sign-in, and after PASSWORD_RESET_TIMEOUT."""
    token = default_token_generator.make_token(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": token})
