"""What contract as code contributes: its address below each surface."""

from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, contribute

contribute(
    ApiRoute(
        "surface-contract",
        r"surfaces/(?P<key>[^/]+)/contract",
        load=lambda: import_string("registry.changes.ascode.api.SurfaceContractApi"),
        order=13,
    )
)
