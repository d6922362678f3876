"""One style sheet and one script for the whole product, joined from the small files in static/, without a build.

The address holds the hash of the content, so that browsers keep it for a year and never show an old one.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

# The order counts: within one layer the later file wins. The kit's own come first, in this order; what features add
# to static/css/components follows by name and needs no entry here.
COMPONENTS = (
    "shell crumbs page button kbd field form sheet chip state tier person hash questions ask tiles chart rows week object "
    "facts next tabs ladder plumb parts check approval timeline comment views filters table matrix mapping pager bar diff "
    "clocks levers choices steps drop proof blank progress skeleton menu dialog palette message banner auth"
).split()
SCRIPTS = tuple(f"js/{name}.js" for name in "menu dialog palette list tabs theme copy guard submit files notice".split())
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class Bundle:
    """The joined files of one type, with the hash that names them."""

    content: bytes
    packed: bytes
    digest: str


def styles() -> list[str]:
    """Return the style sheets in the order in which they are joined."""
    folder = settings.BASE_DIR / "static" / "css" / "components"
    added = sorted(path.stem for path in folder.glob("*.css") if path.stem not in COMPONENTS)
    parts = [f"css/components/{name}.css" for name in (*COMPONENTS, *added)]
    return ["css/tokens.css", "css/base.css", *parts, "css/utilities.css"]


def _sources(kind: str) -> list[Path]:
    found = []
    for name in styles() if kind == "css" else SCRIPTS:
        path = finders.find(name)
        if path is None:
            raise FileNotFoundError(f"static/{name} is listed in governance/ui/assets.py but does not exist")
        found.append(Path(path))
    return found


@lru_cache(maxsize=8)
def _join(kind: str, stamp: float) -> Bundle:
    content = b"\n".join(path.read_bytes() for path in _sources(kind))
    return Bundle(content, gzip.compress(content, 9, mtime=0), hashlib.sha256(content).hexdigest()[:16])


def bundle(kind: str) -> Bundle:
    """Return the bundle; while developing, a changed file makes a new one."""
    return _join(kind, max(path.stat().st_mtime for path in _sources(kind)) if settings.DEBUG else 0.0)


def url(kind: str) -> str:
    """Return the address of the present style sheet (css) or script (js)."""
    return reverse("ui-asset", kwargs={"digest": bundle(kind).digest, "kind": kind})


@login_not_required
def asset(request: HttpRequest, digest: str, kind: str) -> HttpResponse:
    """Send a bundle; an old address (a page opened before an update) gets the present one, kept only shortly."""
    if kind not in TYPES:
        raise Http404
    found = bundle(kind)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.packed if packed else found.content, content_type=TYPES[kind])
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    current = digest == found.digest
    response["Cache-Control"] = "public, max-age=31536000, immutable" if current else "public, max-age=60"
    return response
