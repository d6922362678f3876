"""What framework answers contribute: their API and where their talk and activity lead."""

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, ObjectLink, contribute
from registry.frameworks.models import FrameworkAnswer


def page_of(pk: str) -> str:
    """Return the checklist on which an answer stands; the register once the answer was taken back."""
    found = FrameworkAnswer.objects.filter(pk=pk).select_related("surface").first()
    return f"{reverse('surface-owasp', args=[found.surface.key])}?edition={found.framework}" if found else reverse("surfaces")


contribute(ObjectLink("registry.frameworkanswer", page_of))
contribute(
    ApiRoute("framework-answers", "framework-answers", load=lambda: import_string("registry.frameworks.api.AnswerApi"), order=48)
)
