"""The contract's editor, plumbline.yaml in and out, and the page of one revision."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from governance.core.errors import Conflict, Denied, Invalid, NotVisible, PlumblineError, StaleState
from governance.core.verdict import require
from governance.people import queries as people
from governance.policy import queries as policy
from governance.ui.pages import Page, go
from registry.catalog.models import CatalogState, Endpoint, Tool
from registry.contracts.canonical import normal
from registry.contracts.diff import diff
from registry.contracts.formdata import from_form, to_form
from registry.contracts.formview import form_of
from registry.contracts.plumbfile import from_yaml, to_yaml
from registry.contracts.problems import Problem
from registry.contracts.shape import Contract, parts
from registry.contracts.validate import validate
from registry.surfaces import actions, facts, queries, reading
from registry.surfaces.models import Draft, Revision, Surface
from registry.surfaces.views.edits import OnSurface

FormData = dict[str, list[str]]


def options() -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen for each kind of key."""
    endpoints = Endpoint.objects.exclude(state=CatalogState.RETIRED)
    tools = Tool.objects.exclude(state=CatalogState.RETIRED)
    return {
        "endpoints": [(key, f"{name} ({key})") for key, name in endpoints.values_list("key", "name")],
        "tools": [(key, f"{name} ({key})") for key, name in tools.values_list("key", "name")],
        "data_classes": [(each.key, each.name) for each in policy.data_classes()],
        "people": list(people.active_people().order_by("name").values_list("ref", "name")),
    }


class ContractEditor(Page):
    """Write a contract part by part. Saving keeps a draft, however incomplete; nothing is in force by it."""

    title = "Contract"
    template = "registry/surfaces/contract_edit.html"
    wide = True

    surface: Surface

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the surface."""
        surface = self.surface
        return [("Surfaces", reverse("surfaces")), (surface.key, surface.get_absolute_url()), ("Contract", "")]

    def get_title(self) -> str:
        """Name the surface."""
        return f"Contract of {self.surface.name}"

    def load(self) -> Draft | None:
        """Load the surface and its draft. Raises NotVisible or Denied."""
        self.surface = queries.get(self.user, self.kwargs["key"])
        require(queries.may_edit(self.user, self.surface))
        return queries.contract_draft(self.surface)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the draft, or what is in force as the start of one."""
        draft = self.load()
        held = self.surface.in_force.contract if self.surface.in_force else {}
        return self.show(draft, to_form(draft.content if draft else held))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add or drop a row, or save."""
        draft = self.load()
        if row := request.POST.get("add"):
            return self.show(draft, with_row(posted(request.POST), row), touched=True)
        if row := request.POST.get("drop"):
            return self.show(draft, without_row(posted(request.POST), row), touched=True)
        return self.save(draft, posted(request.POST))

    def save(self, draft: Draft | None, data: FormData) -> HttpResponse:
        """Keep the draft; a refusal shows every problem at its field, with everything as it was typed."""
        contract, strays = from_form(data)
        seen = self.request.POST.get("version", "")
        try:
            if strays:
                raise Invalid(str(strays[0]))
            kept = actions.save_draft(
                self.surface,
                actor=self.user,
                contract=contract,
                expected_version=int(seen) if seen.isdecimal() and len(seen) < 19 else None,
            )
        except Invalid as error:
            return self.show(draft, to_form(normal(contract)), 422, refusal=error, problems=self.problems(contract), touched=True)
        except (Denied, StaleState, Conflict) as error:
            return self.show(draft, data, error.status, refusal=error, touched=True)
        return self.after(kept)

    def after(self, draft: Draft) -> HttpResponse:
        """Say what is kept and what it lacks."""
        lacks = reading.lacks(self.surface, draft.content)
        count = len(lacks)
        said = "The draft is saved and complete." if not count else f"The draft is saved. {count} thing{'s'[: count > 1]} to add."
        messages.success(self.request, said)
        to_propose = "propose" in self.request.POST and not count
        return go(self.request, reverse("surface-propose" if to_propose else "surface-contract-edit", args=[self.surface.key]))

    def problems(self, contract: Contract) -> list[Problem]:
        """Return what is wrong, at the places that the form shows."""
        return validate(normal(facts.with_references(contract)), known=facts.known())

    def show(
        self,
        draft: Draft | None,
        data: FormData,
        status: int = 200,
        refusal: PlumblineError | None = None,
        problems: list[Problem] | None = None,
        touched: bool = False,
    ) -> HttpResponse:
        """Render the form with what it lacks beside it."""
        contract, _ = from_form(data)
        lacks = [] if problems else self.lacking(contract)
        return self.render(
            status=status,
            surface=self.surface,
            draft=draft,
            version=self.request.POST.get("version") or (draft.version if draft else ""),
            groups=form_of(data, problems=problems or [], options=options()),
            problems=problems or [],
            lacks=[(one, "contract" + one.pointer.replace("/", "-")) for one in lacks],
            refusal=refusal,
            touched=touched,
        )

    def lacking(self, contract: Contract) -> list[Any]:
        """Return what the contract lacks; nothing while it cannot be read."""
        return [] if validate(normal(contract)) else reading.lacks(self.surface, contract)


def posted(data: QueryDict) -> FormData:
    """Return the contract's fields of a post."""
    return {name: [str(value) for value in data.getlist(name)] for name in data if name.startswith("contract.")}


def with_row(data: FormData, name: str) -> FormData:
    """Return the form with one more empty row in a list."""
    taken = [key.removeprefix(f"{name}.").split(".")[0] for key in data if key.startswith(f"{name}.")]
    numbers = [int(number) for number in taken if number.isdecimal() and len(number) < 6]
    return {**data, f"{name}.{max(numbers, default=-1) + 1}.__new": [""]}


def without_row(data: FormData, name: str) -> FormData:
    """Return the form without one row."""
    return {key: values for key, values in data.items() if not key.startswith(f"{name}.")}


class DiscardDraft(OnSurface):
    """Throw the draft away."""

    title, submit, tone = "Discard the draft", "Discard", "stop"
    lead = "What is in force stays as it is. What was written goes; its history stays."

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Surface:
        """Discard."""
        draft = queries.contract_draft(obj)
        if draft is None:
            raise Conflict("There is no draft any more.", fix="Go back to the surface.")
        actions.discard_draft(draft, actor=self.user)
        return obj

    def said(self, result: Surface) -> str:
        """Say so."""
        return "The draft is discarded."


class YamlForm(forms.Form):
    """A plumbline.yaml, pasted or chosen."""

    file = forms.FileField(required=False, label="File", help_text="plumbline.yaml, at most 600 kB.")
    text = forms.CharField(required=False, label="Or paste it", widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}))

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        given = super().clean() or self.cleaned_data
        if not given.get("file") and not given.get("text", "").strip():
            raise forms.ValidationError("Choose a file, or paste its text.")
        return given


class ReadYaml(OnSurface):
    """Take a contract from a plumbline.yaml."""

    title, submit, form_class, wide = "Read plumbline.yaml", "Read it into the draft", YamlForm, True
    lead = "The file replaces the draft. Nothing is in force by it; propose it when it is complete."

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Surface:
        """Read the file into the draft."""
        source = given["file"].read(700_000) if given.get("file") else given["text"]
        read = from_yaml(source)
        if read.problems:
            raise Invalid(" ".join(str(one) for one in read.problems[:20]))
        if read.surface not in ("", obj.key):
            raise Invalid(f"The file is for {read.surface}, not for {obj.key}.", fix="Choose the other file, or change its key.")
        actions.save_draft(obj, actor=self.user, contract=read.contract)
        return obj

    def success_url(self, result: Surface) -> str:
        """Go to the editor."""
        return reverse("surface-contract-edit", args=[result.key])

    def said(self, result: Surface) -> str:
        """Say so."""
        return "The draft is what the file says."


class YamlFile(Page):
    """The contract as plumbline.yaml: what is in force, or the draft."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send the file."""
        surface = queries.get(self.user, kwargs["key"])
        draft = queries.contract_draft(surface) if "draft" in request.GET or surface.in_force is None else None
        content = draft.content if draft else surface.in_force.contract if surface.in_force else {}
        response = HttpResponse(to_yaml(content, surface=surface.key), content_type="application/yaml; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="plumbline.yaml"'
        return response


class RevisionPage(Page):
    """One revision: what it says, its hash, and how it differs from the one before it."""

    template = "registry/surfaces/revision.html"
    revision: Revision

    def get_title(self) -> str:
        """Name the revision."""
        return f"Revision {self.revision.number} of {self.revision.surface.name}"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the surface."""
        surface = self.revision.surface
        return [
            ("Surfaces", reverse("surfaces")),
            (surface.key, surface.get_absolute_url()),
            ("Contract", reverse("surface-contract", args=[surface.key])),
            (f"r{self.revision.number}", ""),
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        surface = queries.get(self.user, kwargs["key"])
        found = (
            surface.revisions.select_related("author", "base", "policy_version", "surface")
            .filter(number=kwargs["number"])
            .first()
        )
        if found is None:
            raise NotVisible(f"There is no revision {kwargs['number']}.", fix="Look at the list of revisions.")
        self.revision = found
        difference = diff(found.base.contract, found.contract, facts.names()) if found.base else None
        changed = len(difference.changed_parts) if difference else 0
        return self.render(
            surface=surface,
            revision=found,
            holds=surface.in_force_id == found.pk,
            shown=reading.read(found.contract),
            difference=difference,
            changed_note=f"{changed} of {len(parts())} parts",
        )
