"""What a file's columns can be mapped to."""

from __future__ import annotations

from dataclasses import dataclass, field

from governance.core.tabular.choices import Choice
from governance.core.tabular.kinds import Kind


@dataclass(frozen=True, slots=True)
class TargetField:
    """One field that an import can fill. `aliases` are names that files use for it, `joins` allows several columns."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    max_length: int | None = None
    unique: bool = False
    joins: bool = False
    help: str = ""
    #: Names of columns that make up the value together: first name, last name.
    parts: tuple[tuple[str, ...], ...] = ()
    #: Words that speak against a header: 'name' should not take 'System name'.
    not_in: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """The label, the key and the aliases."""
        return tuple(dict.fromkeys((self.label, self.key.replace("_", " "), *self.aliases)))
