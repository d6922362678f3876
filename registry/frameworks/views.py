"""The OWASP checklist of a surface: one form, one row for each item; what is sound is saved, the rest is told."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Conflict, Invalid, NotVisible, StaleState
from governance.core.verdict import Verdict, require
from governance.ui.pages.base import go
from registry.exceptions.naming import OWASP
from registry.frameworks import actions, library, queries
from registry.frameworks.forms import LONGEST, Line, Said, line, read
from registry.frameworks.library import Framework
from registry.frameworks.models import FrameworkAnswer
from registry.frameworks.queries import Row
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab


class SurfaceChecklist(SurfaceTab):
    """What is said of each item of the checklist in use; `?edition=` shows another, to answer it ahead of a switch."""

    body = "registry/frameworks/_checklist.html"

    @cached_property
    def framework(self) -> Framework:
        """The checklist that is shown."""
        wished = self.request.GET.get("edition", "")
        found = library.framework(wished) if wished else queries.edition()
        if not found.is_checklist:
            raise NotVisible(f"{found.label} is not answered surface by surface.", fix="Look at its coverage under Frameworks.")
        return found

    @cached_property
    def may(self) -> Verdict:
        """Whether this person may answer."""
        return surfaces.may_edit(self.user, self.obj)

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return the checklist as it is held."""
        return self.shown_as([line(row) for row in queries.checklist(surface, self.framework)], surface)

    def shown_as(self, lines: list[Line], surface: Surface) -> dict[str, Any]:
        """Return what the template shows of some lines."""
        in_use = queries.edition()
        open_ = sum(1 for each in lines if each.row.status == "open")
        excepted = sum(1 for each in lines if each.row.status == "excepted")
        answered = len(lines) - open_ - excepted
        return {
            "lines": lines,
            "framework": self.framework,
            "in_use": in_use,
            "editions": [each for each in library.frameworks() if each.is_checklist],
            "may": self.may,
            "statuses": FrameworkAnswer.Status.choices,
            "longest": LONGEST,
            "open": open_,
            "said": f"{answered} of {len(lines)} answered" + (f", {excepted} excepted" if excepted else ""),
            "figures": [("ok", answered), ("held", excepted), ("stop", open_)],
            "evidence_url": f"{reverse('evidence-new')}?surface={surface.key}&control={OWASP}",
            "exception_url": f"{reverse('exception-new')}?surface={surface.key}&control={OWASP}",
            "blocks": surface.tier is not None and self._is_demanded(surface),
        }

    def _is_demanded(self, surface: Surface) -> bool:
        tier = self.tiers.get(surface.tier or 0)
        return tier is not None and any(control["key"] == "owasp_clear" for control in tier.controls)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save every row that is sound; show the others again as they were typed, each with what is wrong."""
        self.obj = surface = self.load()
        require(self.may)
        before = queries.checklist(surface, self.framework)
        problems: dict[str, tuple[Said, str]] = {}
        saved = 0
        for row in before:
            said = read(request.POST, row.item.id)
            if not said.differs(row.answer):
                continue
            try:
                self.save(surface, row, said)
                saved += 1
            except (Invalid, StaleState, Conflict) as error:
                problems[row.item.id] = (said, str(error))
        if saved:
            messages.success(request, f"{saved} answer{'s are' if saved > 1 else ' is'} saved.")
        if not problems:
            return go(request, request.get_full_path())
        rows = queries.checklist(surface, self.framework)
        return self.again([line(row, *problems.get(row.item.id, ())) for row in rows], surface)

    def save(self, surface: Surface, row: Row, said: Said) -> None:
        """Answer one item, or take its answer back where nothing is said of it any more."""
        if row.answer is not None and not said.status and not said.reason:
            actions.withdraw_answer(row.answer, actor=self.user, expected_version=said.version)
            return
        actions.answer(
            surface,
            actor=self.user,
            framework=self.framework.key,
            item=row.item.id,
            status=said.status,
            reason=said.reason,
            expected_version=said.version,
        )

    def again(self, lines: list[Line], surface: Surface) -> HttpResponse:
        """Show the form with what is wrong."""
        self.header_shown = self.header(surface)
        return self.render(
            status=422,
            object=surface,
            header=self.header_shown,
            tabs=self.tab_links(surface),
            tab_template=self.body,
            panels=[],
            aside_panels=[],
            problems=[each for each in lines if each.problem],
            **self.shown_as(lines, surface),
        )
