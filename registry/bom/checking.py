"""Whether a bill is valid: by the official schema, as cyclonedx-python-lib carries it. What is not valid never leaves."""

import json
from functools import cache
from typing import Any

from governance.core import digest
from governance.core.errors import PlumblineError
from registry.bom.parts import Part


class NotValid(PlumblineError):
    """A bill that the standard's own schema refuses."""

    status, code = 500, "bom-not-valid"


def written(bill: Part) -> bytes:
    """Return a bill as the bytes that leave. Raises NotValid when the official schema refuses it."""
    body = digest.canonical(bill)
    refused = _validator(bill["specVersion"]).validate_str(body.decode())
    if refused is not None:
        raise NotValid(
            f"The bill of materials breaks the schema of CycloneDX {bill['specVersion']}: {refused}"[:800],
            fix="This is a fault of Plumbline; report it with these words. The spec sheet says the same of the surface.",
        )
    return json.dumps(bill, ensure_ascii=False, indent=1).encode()


@cache
def _validator(version: str) -> Any:
    """Return the validator of a version. The library takes half a second to load: only what makes a bill pays for it."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    return JsonStrictValidator(SchemaVersion.from_version(version))
