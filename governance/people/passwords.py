"""Passwords: set under the rules of the settings, or left unusable until somebody sets one."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from governance.core.errors import Invalid
from governance.people.models import User


def give(user: User, password: str) -> None:
    """Set a password on an account that is not stored yet. Raises Invalid when it is too weak."""
    if not password:
        user.set_unusable_password()
        return
    check(user, password)
    user.set_password(password)


def check(user: User, password: str) -> None:
    """Refuse a weak password, with all reasons at once."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("This password is too weak.", fields={"password": list(error.messages)}) from error
