"""Whether a bill is valid: by the official schema, as cyclonedx-python-lib carries it. What is not valid never leaves."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from governance.core import digest
from governance.core.errors import PlumblineError
from registry.bom.parts import Part

LONG, SLICE = ("components", "services", "dependencies"), 100


class NotValid(PlumblineError):
    """A bill that the standard's own schema refuses."""

    status, code = 500, "bom-not-valid"


def written(bill: Part) -> bytes:
    """Return a bill as the bytes that leave. Raises NotValid when the official schema refuses it."""
    validator = _validator(bill["specVersion"])
    for part in slices(bill):
        refused = validator.validate_str(digest.canonical(part).decode())
        if refused is not None:
            raise NotValid(
                f"The bill of materials breaks the schema of CycloneDX {bill['specVersion']}: {refused}"[:800],
                fix="This is a fault of Plumbline; report it with these words. The spec sheet says the same of the surface.",
            )
    return json.dumps(bill, ensure_ascii=False, indent=1).encode()


def slices(bill: Part) -> Iterator[Part]:
    """Yield documents that are valid together exactly when the bill is: the whole with the beginning of each long list, then
    the rest of the lists.

    The schema asks that items of a list differ, for which the library compares each with each: the time for a whole company
    would grow with the square of its parts. That they differ, by their refs, is made sure of here.
    """
    for name in LONG:
        refs = [each.get("bom-ref", each.get("ref")) for each in bill.get(name, [])]
        if len(set(refs)) != len(refs):
            raise NotValid("The bill of materials names a part twice.", fix="This is a fault of Plumbline; report it.")
    longest = max((len(bill.get(name, [])) for name in LONG), default=0)
    frame = {name: bill[name] for name in ("bomFormat", "specVersion", "version")}
    for start in range(0, max(longest, 1), SLICE):
        part = dict(bill) if start == 0 else dict(frame)
        for name in LONG:
            part.pop(name, None)
            if items := bill.get(name, [])[start : start + SLICE]:
                part[name] = items
        yield part


@cache
def _validator(version: str) -> Any:
    """Return the validator of a version. The library takes half a second to load: only what makes a bill pays for it."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    return JsonStrictValidator(SchemaVersion.from_version(version))
