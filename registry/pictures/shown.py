"""What pictures contribute to the kernel's pages: a tab beside surfaces, the palette, the document, REST."""

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, DocumentKind, NavItem, PaletteCommand, contribute
from governance.people.rows import is_insider
from governance.ui.extensions import AskBox
from registry.board import asking
from registry.pictures import documents

contribute(NavItem("map", "Map", "map", "layers", group="What exists", order=11, visible=is_insider, family="surfaces"))
contribute(
    PaletteCommand(
        "map", "Map of surfaces, endpoints, vendors and data", lambda user: reverse("map"),
        words="picture flow graph which model touches data approved observed", icon="layers", visible=is_insider,
    )
)  # fmt: skip
contribute(
    DocumentKind(
        key=documents.KIND,
        label="Map",
        load=documents.load,
        context=documents.context,
        template="documents/map.html",
        visible=documents.visible,
        url=lambda asked: asked.url(),
        seen=documents.seen,
        title=lambda asked: f"Map of what may be used, and what was: {asked}",
        order=80,
    )
)
contribute(ApiRoute("map", "map", load=lambda: import_string("registry.pictures.api.MapApi")))
contribute(
    AskBox(
        "board",
        "Ask what the board will ask",
        "board",
        "Answer with proof",
        "Which model touched customer data last week, and who approved that path?",
        lambda user: asking.tries(),
        visible=is_insider,
    )
)
