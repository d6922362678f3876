"""The operations of the published schema with addresses that exist, for tests that try them all."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from governance.api.examples import schema_example
from governance.api.views import schema_document

CSV = b"Name,Team,Purpose\r\nClaims triage,claims,Sorts claims by urgency\r\n"
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Operation:
    """One method on one address."""

    method: str
    template: str
    path: str
    details: Mapping[str, Any]

    @property
    def label(self) -> str:
        """How a failure names it."""
        return f"{self.method} {self.template}"

    @property
    def open(self) -> bool:
        """Whether anybody may call it."""
        return not self.details.get("security")

    def documents(self, status: int) -> bool:
        """Whether the schema says that it may answer so."""
        return str(status) in self.details["responses"]

    def send(self, client: Client, **headers: str) -> Any:
        """Call it with its example body."""
        kwargs: dict[str, Any] = {"headers": {"If-Match": "*", **headers}}
        media, body = self._body()
        if media == "multipart/form-data":
            return client.post(self.path, body, **kwargs)
        if media:
            kwargs |= {"data": json.dumps(body, default=str), "content_type": media}
        return client.generic(self.method, self.path, **kwargs)

    def _body(self) -> tuple[str, Any]:
        components = schema_document()["components"]["schemas"]
        for media, content in self.details.get("requestBody", {}).get("content", {}).items():
            schema = content.get("schema", {})
            example = next(iter(content.get("examples", {}).values()), {})
            body = example.get("value", schema_example(schema, components))
            if media == "multipart/form-data":
                known = components[schema["$ref"].rsplit("/", 1)[-1]]["properties"]
                files = {name for name, part in known.items() if part.get("format") == "binary"}
                body |= {name: SimpleUploadedFile("inventory.csv", CSV, "text/csv") for name in files & set(body)}
            return media, body
        return "", None


def operations(finder: Client) -> Iterator[Operation]:
    """Yield all operations; parts of an address are taken from the first row that `finder` sees in the list above."""
    found: dict[str, str] = {}
    for template, item in schema_document()["paths"].items():
        parts = existing_parts(template, finder, found)
        path = _NAME.sub(lambda name, parts=parts: parts[name[1]], template)  # type: ignore[misc]
        for method, details in item.items():
            yield Operation(method.upper(), template, path, details)


def existing_parts(template: str, finder: Client, found: dict[str, str]) -> dict[str, str]:
    """Return what fills the names of an address so that it leads to something that exists, where there is anything."""
    path, parts = "", {}
    for part in template.strip("/").split("/"):
        name = _NAME.fullmatch(part)
        if name:
            if f"{path}/{name[1]}" not in found:
                found[f"{path}/{name[1]}"] = _first(finder, path, name[1])
            parts[name[1]] = part = found[f"{path}/{name[1]}"]
        path = f"{path}/{part}"
    return parts


def _first(finder: Client, collection: str, field: str) -> str:
    """Return what names the first object of a collection, or a name that does not exist."""
    response = finder.get(collection)
    rows = response.json().get("results", []) if response.status_code == 200 else []
    return str(rows[0].get(field, rows[0].get("id", "1"))) if rows else "1"
