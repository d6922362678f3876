"""Text as people send it: kept as written, save what a database or a page cannot hold."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

MAX_NAME = 400
MAX_TEXT = 20_000
_ALLOWED_CONTROLS = {"\n", "\r", "\t"}


def clean_text(value: str) -> None:
    """Refuse NUL and other control characters; PostgreSQL cannot store the first and no reader needs the rest."""
    for position, character in enumerate(value, start=1):
        if character < " " and character not in _ALLOWED_CONTROLS:
            raise ValidationError(
                "Character %(position)s is a control character (code %(code)s), which cannot be stored. Remove it.",
                code="control_character",
                params={"position": position, "code": ord(character)},
            )
        if unicodedata.category(character) == "Cs":
            raise ValidationError(
                "Character %(position)s is half of a broken emoji or symbol. Remove it.",
                code="surrogate",
                params={"position": position},
            )


class NameField(models.CharField):
    """A single line of at most 400 characters, free of control characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_NAME)
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, clean_text]


class ProseField(models.TextField):
    """Prose of at most 20,000 characters, free of control characters other than line breaks and tabs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_TEXT)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Check length and characters."""
        super().validate(value, model_instance)
        if value and self.max_length and len(value) > self.max_length:
            raise ValidationError(
                f"This has {len(value):,} characters; at most {self.max_length:,} are kept. Shorten it.",
                code="max_length",
            )
        clean_text(value or "")
