"""The one company that this installation serves."""

from governance.core.models import Company


def current() -> Company:
    """Return the company; a nameless one before set-up."""
    return Company.objects.first() or Company()
