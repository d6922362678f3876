"""What inventories contribute: palette, talk, where their pages are, REST."""

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import ApiRoute, ObjectLink, PaletteCommand, contribute
from registry.inventory import queries, rules

contribute(
    PaletteCommand(
        "inventory.read",
        "Pull inventory from a file",
        lambda user: reverse("inventory-new"),
        words="litellm gateway config models provider list endpoints deprecation import",
        icon="upload",
        visible=lambda user: bool(rules.may_read(user)),
    )
)
contribute(Commentable("registry.inventory", queries.visible_to))
contribute(ObjectLink("registry.inventory", lambda pk: reverse("inventory", args=[f"IV-{pk}"])))
contribute(ApiRoute("inventories", "inventories", load=lambda: import_string("registry.inventory.api.InventoryApi"), order=42))
