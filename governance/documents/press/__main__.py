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
import logging
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
STAND_IN = "\ufffd"  # shown for a character that no font here has; the attached data keep the character
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
    if limit is None:
        return 0, set_one(candidates[0])
    low, high, best = 0, len(candidates) - 1, None
    while low <= high:
        middle = (low + high) // 2
        document = set_one(candidates[middle])
        if len(document.pages) <= limit:
            best, high = (middle, document), middle - 1
        else:
            low = middle + 1
    return best or (-1, document)


def set_one(html: str) -> Any:
    """Set one page or many from finished HTML."""
    from weasyprint import HTML

    return HTML(string=html, base_url="static:", url_fetcher=fetcher()).render(**OPTIONS)


def print_order(order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Print the roomiest candidate that keeps to the page limit. Returns what was printed, and the bytes.

    A character that no font has would make the file no archive: it is set again with a stand-in for it.
    """
    made = datetime.fromisoformat(order["made"])
    os.environ["SOURCE_DATE_EPOCH"] = str(int(made.timestamp()))
    number, document = roomiest(order["candidates"], order.get("pages"))
    pages = len(document.pages)
    if number < 0:
        return {"ok": False, "error": f"the densest takes {pages} pages", "kind": "length"}, b""
    data, missing = write(document, order, made)
    if missing:
        html = order["candidates"][number].translate(dict.fromkeys(map(ord, missing), STAND_IN))
        document = set_one(html)
        pages = len(document.pages)
        data, _ = write(document, order, made)
    told = {"ok": True, "candidate": number, "pages": pages, "bytes": len(data), "missing": missing}
    return told, data


def write(document: Any, order: dict[str, Any], made: datetime) -> tuple[bytes, str]:
    """Write a set document. Returns its bytes, and the characters that no font on this machine has."""
    document.metadata.attachments = attachments(order, made)
    with Unprintable() as found:
        data = document.write_pdf(finisher=pdfua.finish, pdf_identifier=bytes.fromhex(order["identifier"]), **OPTIONS)
    return data, "".join(sorted(found.characters))


class Unprintable(logging.Handler):
    """Collects the characters for which WeasyPrint finds no font. An archive must not hold such glyphs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the character that a warning names."""
        if str(record.msg).startswith(".notdef") and record.args:
            self.characters.add(str(record.args[0]))

    def __enter__(self) -> "Unprintable":
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)


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
