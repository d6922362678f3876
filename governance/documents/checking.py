"""The public check: whoever holds a document, or its code, learns whether it is ours and whether it still stands."""

import hashlib
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from governance.core import clock
from governance.core.errors import TooLarge
from governance.documents import codes, queries
from governance.documents.models import Document
from governance.ui.pages import Page, go

LARGEST = 64 * 1024 * 1024


class CodeForm(forms.Form):
    """The code that is printed on a document."""

    code = forms.CharField(max_length=60, label="Code", help_text="Twelve letters and digits, in the box with the square code.")


class FileForm(forms.Form):
    """A file to compare. Only its hash is computed; nothing is kept."""

    file = forms.FileField(label="Compare your file", help_text="Only its SHA-256 is computed. It is not kept.")


def hash_of(upload: Any) -> str:
    """Return the SHA-256 of an upload, reading it in pieces. Raises TooLarge."""
    if upload.size > LARGEST:
        raise TooLarge("Documents are never that large.", fix="Choose the PDF that carries the code.")
    sha = hashlib.sha256()
    for piece in upload.chunks():
        sha.update(piece)
    return sha.hexdigest()


class CheckStart(Page):
    """Where a code is typed, or a file compared without one."""

    public, title, template = True, "Check a document", "governance/documents/check.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for the code; a code in the address leads on."""
        if typed := codes.as_typed(request.GET.get("code", "")):
            return go(request, reverse("check", args=[codes.spoken(typed[:20])]))
        return self.render(form=CodeForm(), file_form=FileForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find a file among the documents by its hash alone."""
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render(form=CodeForm(), file_form=form, status=422)
        given = hash_of(form.cleaned_data["file"])
        document = Document.objects.filter(file_digest=given).values_list("code", flat=True).first()
        if document is None:
            return self.render(form=CodeForm(), file_form=FileForm(), compared={"same": False, "given": given})
        return go(request, f"{reverse('check', args=[codes.spoken(document)])}?same={given}")


class Check(Page):
    """What anybody who holds a code may know, and whether their file is the one that was made."""

    public, title, template = True, "Check a document", "governance/documents/check.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer what the document is."""
        return self.answer(given=request.GET.get("same", "")[:64])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Compare a file with the document of the code."""
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.answer(form=form, status=422)
        return self.answer(given=hash_of(form.cleaned_data["file"]))

    def answer(self, given: str = "", form: FileForm | None = None, status: int = 200) -> HttpResponse:
        """Show the document's facts, or that no document has this code."""
        found = queries.checked(self.kwargs["code"])
        if found is None:
            return self.render(form=CodeForm(), file_form=FileForm(), unknown=True, status=404)
        compared = {"same": given == found["file_digest"], "given": given} if given else None
        own = queries.visible_to(self.user).filter(code=codes.as_typed(found["code"])).first()
        return self.render(
            found=found, file_form=form or FileForm(), compared=compared, own=own, asked_at=clock.now(), status=status
        )


def check_json(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the same facts to a program, without an account."""
    found = queries.checked(code)
    if found is None:
        return JsonResponse({"title": "No document has this code.", "status": 404}, status=404)
    return JsonResponse(found)


def certificates(request: HttpRequest) -> HttpResponse:
    """Answer the certificates that our documents are signed with, so that a stranger can tell ours from any other."""
    answer = HttpResponse(queries.certificates(), content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="certificates.pem"'
    return answer
