"""Contract as code over REST: post a plumbline.yaml (as YAML, JSON or a form), get a change or what would come of it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter

from governance.api.operations import acts, downloads
from governance.api.viewsets import Resource
from governance.core.errors import Invalid, NotVisible
from governance.core.verdict import require
from governance.people.models import User
from governance.people.queries import active_people
from registry.changes.actions import RECORD_FIELDS
from registry.changes.ascode.actions import propose_file
from registry.changes.ascode.parsing import FLAGS, FileJSONParser, FormParser, XYamlParser, YamlParser
from registry.changes.ascode.preview import ALREADY, NOTHING, preview
from registry.changes.ascode.shapes import FileInput, FileOutput, body
from registry.changes.models import Change
from registry.contracts.plumbfile import located, to_yaml
from registry.contracts.problems import Problem
from registry.contracts.shape import Contract
from registry.surfaces import queries as surfaces
from registry.surfaces.api import resolve
from registry.surfaces.models import Surface

WORDS = ("title", "why", "author", "commit", "link")
COMMIT_SHOWN = 12  # letters of a commit that a title made here shows
QUERY = [
    *(OpenApiParameter(name, str, description="As the field of the body, for a body that is only the file.") for name in WORDS),
    *(OpenApiParameter(name, bool, description="As the field of the body.") for name in FLAGS),
]


class SurfaceContractApi(Resource):
    """Contract as code: what a file in a repository leads to."""

    model = Change
    parser_classes = (FileJSONParser, YamlParser, XYamlParser, FormParser)
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    @property
    def actor(self) -> User:
        """The person or service account that acts."""
        user: Any = self.request.user
        return user

    def surface(self) -> Surface:
        """Return the surface of the address. Raises NotVisible."""
        return surfaces.get(self.request.user, self.kwargs["key"])

    @acts("", FileInput, output=FileOutput, detail=False, parameters=QUERY)
    def create(self, data: dict[str, Any]) -> dict[str, Any]:
        """Contract as code: propose what a contract or plumbline.yaml says where it differs from what is in force.

        With `dry_run` nothing is kept: the answer says what differs, which controls it would break and who would approve,
        with a comment for the pull request. Where nothing differs, or exactly this is proposed already, nothing is made.
        """
        surface = self.surface()
        given = {**self.parameters, **data}
        contract, problems = _read(given, surface.key)
        record = _record(given, surface)
        seen = preview(surface, contract, problems, record)
        if given.get("dry_run"):
            return body(seen, seen.outcome, seen.open_change if seen.outcome == ALREADY else None)
        require(surfaces.may_edit(self.actor, surface))
        _refuse(seen.problems)
        if seen.outcome in (NOTHING, ALREADY):
            return body(seen, seen.outcome, seen.open_change)
        source = _source(given)
        made = propose_file(
            surface,
            actor=self.actor,
            contract=contract,
            title=given.get("title") or _title(source),
            why=given.get("why") or _why(source),
            record=record,
            source=source,
            replace=bool(given.get("replace")),
        )
        return body(seen, "proposed", made)

    @downloads("file", "application/yaml", detail=False)
    def file(self) -> HttpResponse:
        """The contract in force as a plumbline.yaml; posting it unchanged proposes nothing."""
        surface = self.surface()
        if surface.in_force is None:
            raise NotVisible(f"{surface.key} has no revision in force.", fix="Propose its contract first.")
        text = to_yaml(surface.in_force.contract, surface=surface.key)
        name = 'attachment; filename="plumbline.yaml"'
        return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers={"Content-Disposition": name})


def _read(given: Mapping[str, Any], key: str) -> tuple[Contract, list[Problem]]:
    named = {name: given[name] for name in ("contract", "yaml") if name in given}
    contract, problems = resolve.read_contract(named, key)
    if "yaml" in named and problems and all(one.line is None for one in problems):
        problems = located(named["yaml"], problems)  # found after the file was read, so still without a line
    return contract, problems


def _record(given: Mapping[str, Any], surface: Surface) -> dict[str, Any]:
    record = {name: given[name] for name in RECORD_FIELDS if given.get(name) not in (None, "", [])}
    if "rollback_to" in record:
        number = record["rollback_to"]
        record["rollback_to"] = surface.revisions.filter(number=number).first()
        if record["rollback_to"] is None:
            told = {"rollback_to": [f"There is no revision {number}."]}
            raise Invalid(f"{surface.key} has no revision {number}.", fields=told)
    return record


def _refuse(problems: Any) -> None:
    if problems:
        told: dict[str, list[str]] = {}
        for one in problems:
            told.setdefault(one.pointer.strip("/").replace("/", ".") or "contract", []).append(str(one))
        many = f"{len(problems)} problem{'s'[: len(problems) > 1]}"
        raise Invalid(f"The contract has {many}. {problems[0]}", code="contract-invalid", fields=told)


def _source(given: Mapping[str, Any]) -> dict[str, str]:
    author = str(given.get("author") or "").strip()
    known = active_people()
    found = (
        known.filter(ref=author).first()
        or known.filter(email__iexact=author).first()
        or (known.filter(name=author).first() if known.filter(name=author).count() == 1 else None)
        if author
        else None
    )
    return {
        "source_author": found.ref if found else author,
        "source_commit": str(given.get("commit") or ""),
        "source_link": str(given.get("link") or ""),
    }


def _title(source: Mapping[str, str]) -> str:
    commit = source["source_commit"][:COMMIT_SHOWN]
    return f"Follow commit {commit}" if commit else "Follow plumbline.yaml"


def _why(source: Mapping[str, str]) -> str:
    where = source["source_link"] or source["source_commit"]
    return f"The contract was changed in the repository: {where}" if where else "The contract was changed in the repository."
