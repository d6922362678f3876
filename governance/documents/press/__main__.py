"""The press: a process of its own that turns finished HTML into PDF/A-3a + PDF/UA-1 bytes.

Run by path (`python governance/documents/press`), so that not even our own packages are imported: a document costs one
start of the process, and Celery and Django would double it. It reads one JSON order a line from standard input and
answers each with one JSON line, followed by as many bytes as that line says. It knows neither Django nor the database,
fetches nothing but `data:` URIs and our own fonts and style sheets (`static:`), and may be killed at any moment.

An order holds `candidates` (the same document in ever denser settings; the roomiest that keeps to `pages` is printed),
`made` (an ISO moment; the only time that gets into the file), `identifier` (hex) and `attachments`.
"""

import base64
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import pango  # type: ignore[import-not-found]
import pdfua  # type: ignore[import-not-found]

STATIC = Path(__file__).resolve().parents[3] / "static"
SERVED = {".css": "text/css", ".otf": "font/otf", ".ttf": "font/ttf"}
MEMORY = 3 * 1024**3
OPTIONS = {"pdf_variant": "pdf/a-3a", "pdf_tags": True}


def fetcher() -> Any:
    """Return the only door through which a document may load anything."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        """Serves `data:` and `static:css/...` or `static:fonts/...`; refuses all else, whatever the HTML says."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.lower().startswith("static:"):
                return super().fetch(url, headers)
            path = (STATIC / url[len("static:") :]).resolve()
            inside = any(path.is_relative_to(STATIC / folder) for folder in ("css", "fonts"))
            if not inside or path.suffix not in SERVED:
                raise ValueError(f"not one of our own static files: {url}")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": SERVED[path.suffix]})

    return OwnFiles(allowed_protocols={"data"}, allow_redirects=False)


def attachments(order: dict[str, Any], made: datetime) -> list[Any]:
    """Build WeasyPrint's attachments anew; each of its objects can be written only once."""
    from weasyprint import Attachment

    return [
        Attachment(
            string=base64.b64decode(item["data"]),
            name=item["name"],
            description=item["description"],
            relationship=item.get("relationship", "Source"),
            created=made,
            modified=made,
        )
        for item in order.get("attachments", ())
    ]


def roomiest(candidates: list[str], limit: int | None) -> tuple[int, Any]:
    """Set the candidates until the roomiest that keeps to the limit is found, by halves: denser never takes more pages.

    Returns its number and the set document; (-1, the densest) when none fits.
    """
    from weasyprint import HTML

    door = fetcher()

    def typeset(number: int) -> Any:
        return HTML(string=candidates[number], base_url="static:", url_fetcher=door).render(**OPTIONS)

    if limit is None:
        return 0, typeset(0)
    low, high, best = 0, len(candidates) - 1, None
    while low <= high:
        middle = (low + high) // 2
        document = typeset(middle)
        if len(document.pages) <= limit:
            best, high = (middle, document), middle - 1
        else:
            low = middle + 1
    return best or (-1, document)


def print_order(order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Print the roomiest candidate that keeps to the page limit. Returns what was printed, and the bytes."""
    made = datetime.fromisoformat(order["made"])
    os.environ["SOURCE_DATE_EPOCH"] = str(int(made.timestamp()))
    number, document = roomiest(order["candidates"], order.get("pages"))
    pages = len(document.pages)
    if number < 0:
        return {"ok": False, "error": f"the densest takes {pages} pages", "kind": "length"}, b""
    document.metadata.attachments = attachments(order, made)
    identifier = bytes.fromhex(order["identifier"])
    data = document.write_pdf(finisher=pdfua.finish, pdf_identifier=identifier, **OPTIONS)
    return {"ok": True, "candidate": number, "pages": pages, "bytes": len(data)}, data


def bound_memory() -> None:
    """Let a runaway document end this process instead of the machine. Not every system has limits."""
    try:
        import resource
    except ImportError:
        return
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Answer orders until the input ends."""
    for line in orders:
        try:
            head, data = print_order(json.loads(line))
        except (OSError, ValueError, MemoryError, KeyError, TypeError, AttributeError, IndexError) as error:
            head, data = {"ok": False, "error": f"{type(error).__name__}: {error}", "kind": "fault"}, b""
        answers.write(json.dumps(head).encode() + b"\n" + data)
        answers.flush()


def main() -> None:
    """Claim standard output for answers, so that nothing a library prints can get between them."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    bound_memory()
    unpacked = os.environ.get("PLUMBLINE_PANGO")
    pango.prepare(Path(unpacked) if unpacked else None)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
