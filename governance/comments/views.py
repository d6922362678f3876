"""Speaking about an object, from any page that shows the talk about it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from governance.comments import actions
from governance.comments.models import Comment
from governance.comments.subjects import load
from governance.ui.pages import ActionPage


class CommentForm(forms.Form):
    """What one says."""

    text = forms.CharField(
        label="Comment",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Name somebody with @ to tell them"}),
    )


class Speak(ActionPage):
    """Write a comment."""

    title, submit, form_class = "Comment", "Comment", CommentForm

    def load(self) -> Any:
        """Return the object spoken about, if the person may see it."""
        return load(self.user, self.kwargs["model"], self.kwargs["pk"])

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Comment:
        """Store it."""
        return actions.comment(obj, actor=self.user, text=given["text"])

    def success_url(self, result: Comment) -> str:
        """Return to the page it was written on."""
        back = self.request.GET.get("back", "")
        safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return f"{back}#talk" if back and safe else reverse("briefing")
