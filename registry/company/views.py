"""Pages of the company file: take it out, look at what one would change, bring it in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Conflict, Invalid
from governance.core.verdict import Verdict, require
from governance.ui.pages import ActionPage
from governance.ui.pages.base import Page, go
from registry.company import exporting, jobs, reading, rules


class FileForm(forms.Form):
    """One company file."""

    file = forms.FileField(label="Company file", help_text="YAML as it was taken out, whole or in part. At most 4 MB here.")

    def clean_file(self) -> Any:
        """Refuse what is larger than is read here, before reading it."""
        file = self.cleaned_data["file"]
        if file.size > reading.ONLINE.most_bytes:
            said = f"The file is larger than {reading.ONLINE.most_bytes:,} bytes."
            raise forms.ValidationError(f"{said} Bring it in on the server with: manage.py import_company.")
        return file


class CompanyFile(ActionPage):
    """Take the company out, or have a file looked at."""

    title, submit, form_class = "Company as a file", "See what it would change", FileForm
    template = "registry/company/file.html"
    lead = (
        "Bring one in: first you see each record that would change. Contracts become drafts, vendors, endpoints and tools "
        "are proposed, and what the file does not say stays as it is."
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show both ways; who may not bring one in is told who may."""
        return self.show(None, self.build(None, bound=False))

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may bring one in."""
        return rules.may_import(self.user)

    def extra(self, obj: Any) -> dict[str, Any]:
        """Offer the upload to those who may."""
        return {"verdict": self.verdict(obj)}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Ask what it would do."""
        file = given["file"]
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Invalid("The file is not UTF-8 text.", fix="Save it as UTF-8.", fields={"file": ["Not UTF-8."]}) from error
        if "\x00" in text:
            raise Invalid("The file holds a character that YAML does not allow.", fields={"file": ["It holds a NUL."]})
        return jobs.check(text, self.user, file.name)

    def success_url(self, result: Any) -> str:
        """Go to see how far it is."""
        return reverse("job", args=[result.pk])


def download(user: Any) -> HttpResponse:
    """Return the file of what a reader sees."""
    response = HttpResponse(exporting.as_yaml(user), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="company.yaml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


class CompanyYaml(Page):
    """The file itself."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer it."""
        return download(self.user)


class CompanyOutcome(Page):
    """What a file would change, or did."""

    title, template = "What the file would change", "registry/company/outcome.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show each record in plain words, or every problem with its line."""
        job = jobs.finished(self.user, kwargs["pk"])
        outcome = (job.result or {})["outcome"]
        was_asked = job.kind == jobs.APPLY
        self.title = "The file is in" if outcome["applied"] else "Nothing was changed" if was_asked else self.title
        left = sum(outcome["counts"][name] for name in ("added", "changed")) - len(outcome["steps"])
        may_apply = job.kind == jobs.CHECK and outcome["steps"] and not outcome["problems"]
        return self.render(job=job, outcome=outcome, may_apply=may_apply, left=left, name=job.args.get("name", ""))

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Company as a file", reverse("company-file")), (self.title, "")]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Bring it in."""
        require(rules.may_import(self.user))
        job = jobs.finished(self.user, kwargs["pk"])
        if job.kind != jobs.CHECK:
            raise Conflict("This file was brought in already.", fix="Upload it again to see what differs now.")
        return go(request, reverse("job", args=[jobs.apply(job, self.user).pk]))
