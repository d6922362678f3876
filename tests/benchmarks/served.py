"""What the two web processes of the benchmark of modes serve: ours, and beside it a bare flag; with its own small company.

`python -m tests.benchmarks.served migrate` makes the database, `... seed 8` fills it and prints keys and a token.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def bare_read(request: HttpRequest, key: str) -> JsonResponse:
    """One row by its key, one column, no permissions."""
    from registry.surfaces.models import Surface

    topic = Surface.objects.filter(pk=int(key.removeprefix("S-"))).values_list("topic", flat=True).get()
    return JsonResponse({"value": topic})


@csrf_exempt
def bare_write(request: HttpRequest, key: str) -> JsonResponse:
    """One plain UPDATE."""
    from registry.surfaces.models import Surface

    Surface.objects.filter(pk=int(key.removeprefix("S-"))).update(topic="off")
    return JsonResponse({"value": "off"})


def serve() -> Any:
    """Return the application with the bare flag beside our own addresses."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    made = get_wsgi_application()
    from governance import urls

    urls.urlpatterns += [path("bare/flag/<str:key>", bare_write), path("bare/flag/<str:key>/read", bare_read)]
    return made


def seed(count: int) -> dict[str, Any]:
    """Build the company with some live surfaces, and a token that reads flags and pulls levers."""
    from governance.core import clock
    from governance.people import actions as people
    from tests import world
    from tests.registry.building import make_catalog, make_surface
    from tests.registry.modes.conftest import bring_live

    world.build()
    cast = world.World()
    make_catalog(actor=cast.ada, owner=cast.noor)
    team = cast.team("claims")
    made = [make_surface(actor=cast.noor, owner=cast.noor, team=team, name=f"Claims triage {n}") for n in range(count)]
    live = [bring_live(cast, surface) for surface in made]
    scopes = ["decisions:read", "registry:write"]
    ends = clock.now() + timedelta(days=1)
    token = people.create_token(cast.noor, actor=cast.noor, name="bench", scopes_wanted=scopes, expires_at=ends)
    return {"keys": [surface.key for surface in live], "token": token.secret}


application = serve()

if __name__ == "__main__":
    if sys.argv[1] == "migrate":
        call_command("migrate", run_syncdb=True, verbosity=0)
    else:
        print(json.dumps(seed(int(sys.argv[2]))))
