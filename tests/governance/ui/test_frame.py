"""The frame: navigation and counts, palette, theme, errors, assets, policy of content."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory

from governance.core import contributions
from governance.core.contributions import NavItem
from governance.ui import assets, errors, shell
from governance.ui.extensions import Banner, Footing, PersonLink

TEMPLATES = settings.BASE_DIR / "templates"
OWN = [path for part in ("ui", "components") for path in (TEMPLATES / part).glob("*.html")] + [TEMPLATES / "base.html"]


def test_the_navigation_marks_where_one_is_and_hides_what_is_not_for_one(things: Any, browser_of: Client) -> None:
    body = browser_of.get("/things/S-0001/").content.decode()
    assert re.search(r'href="/things/" aria-current="page">', body)
    assert "What exists" in body and "Secret" not in body


def test_counts_are_fetched_after_the_page_and_then_kept(things: Any, browser_of: Client) -> None:
    assert 'hx-get="/ui/counts/"' in browser_of.get("/").content.decode()
    counts = browser_of.get("/ui/counts/", HTTP_HX_REQUEST="true").content.decode()
    assert '<span id="count-things" hx-swap-oob="innerHTML">2,133</span>' in counts
    page = browser_of.get("/").content.decode()
    assert 'hx-get="/ui/counts/"' not in page and ">2,133</span>" in page
    browser_of.post("/theme/", {"theme": "dark"})
    assert 'hx-get="/ui/counts/"' in browser_of.get("/").content.decode()


def test_a_count_that_is_zero_is_not_written() -> None:
    assert [shell.spell(value) for value in (0, None, "", 5, 12345, "1 open")] == ["", "", "", "5", "12,345", "1 open"]


def test_banner_and_own_links_are_contributed(browser_of: Client) -> None:
    contributions.contribute(Banner("demo", lambda user: "This is the demo company.", lambda user: "/x/", "Remove it"))
    contributions.contribute(PersonLink("tokens", "API tokens", "palette", "key"))
    body = browser_of.get("/").content.decode()
    assert "This is the demo company." in body and "Remove it" in body and "API tokens" in body


def test_the_footing_of_a_page_says_what_proves_it(browser_of: Client, client: Client) -> None:
    contributions.contribute(Footing("ledger", lambda: "Recorded up to entry 48,211", lambda user: "/x/", "Read it"))
    body = browser_of.get("/").content.decode()
    assert "Recorded up to entry 48,211" in body and 'href="/x/">Read it' in body
    assert "48,211" not in client.get("/no/such/page/").content.decode()


def test_a_line_that_leads_nowhere_is_an_error_not_a_dead_link(browser_of: Client) -> None:
    contributions.contribute(NavItem("dead", "Dead", "no-such-address", "close"))
    with pytest.raises(Exception, match="no-such-address"):
        browser_of.get("/")


def test_the_palette_finds_things_commands_and_places(things: Any, browser_of: Client) -> None:
    body = browser_of.get("/palette/?q=surface").content.decode()
    assert "Surface 01" in body and "Register a surface" in body and "What exists" in body
    assert "Hidden surface" not in body
    part = browser_of.get("/palette/?q=create", HTTP_HX_REQUEST="true").content.decode()
    assert 'role="option"' in part and "Register a surface" in part and "<html" not in part
    assert "Nothing found for “zzzz”" in browser_of.get("/palette/?q=zzzz", HTTP_HX_REQUEST="true").content.decode()


def test_the_theme_is_kept_in_a_cookie_and_written_on_the_page(browser_of: Client) -> None:
    assert "data-theme" not in browser_of.get("/").content.decode().split("<head>")[0]
    response = browser_of.post("/theme/", {"theme": "dark", "next": "/things/"})
    assert response["Location"] == "/things/"
    assert '<html lang="en" data-theme="dark">' in browser_of.get("/").content.decode()
    assert browser_of.post("/theme/", {"theme": "light", "next": "https://evil.example/"})["Location"] == "/"
    assert browser_of.post("/theme/", {"theme": "purple"}).status_code == 400


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("invalid", 400, "The name is taken."),
        ("denied", 403, "Who can: Rosa Lindqvist."),
        ("stale", 409, "Read what is new, then send again."),
        ("large", 413, "That is 9 MB"),
        ("off", 503, "Install Pango."),
    ],
)
def test_every_error_says_what_happened_what_to_do_and_what_was_kept(
    browser_of: Client, name: str, status: int, said: str
) -> None:
    response = browser_of.get(f"/raise/{name}/")
    body = response.content.decode()
    assert response.status_code == status
    assert said in body and errors.TITLES[status] in body and "Reference <code>" in body
    part = browser_of.get(f"/raise/{name}/", HTTP_HX_REQUEST="true")
    assert part.status_code == status and "<html" not in part.content.decode()


def test_a_crash_gets_a_page_of_its_own_without_details(browser_of: Client) -> None:
    browser_of.raise_request_exception = False
    response = browser_of.get("/raise/broken/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
    assert "broken on purpose" not in response.content.decode()


def test_an_unknown_address_is_a_readable_404_for_strangers_too(db: None, client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no page at this address" in response.content.decode()


def test_a_body_that_is_too_large_is_413(rf: RequestFactory, world: Any) -> None:
    request = rf.get("/")
    request.user = world.noor
    assert errors.bad_request(request, RequestDataTooBig("x")).status_code == 413
    assert errors.bad_request(request).status_code == 400


def test_a_form_without_protection_is_refused_readably(world: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.noor, backend="django.contrib.auth.backends.ModelBackend")
    response = strict.post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "The form could not be checked" in response.content.decode()


@pytest.mark.parametrize("kind", ["css", "js"])
def test_assets_are_one_file_that_may_be_kept_for_a_year(db: None, client: Client, kind: str) -> None:
    response = client.get(assets.url(kind), headers={"Accept-Encoding": "gzip"})
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(response.content) == client.get(assets.url(kind)).content
    old = client.get(f"/assets/plumbline-0000.{kind}")
    assert old.status_code == 200 and "max-age=60" in old["Cache-Control"]
    assert client.get("/assets/plumbline-0000.exe").status_code == 404


def test_every_component_file_is_in_the_bundle_and_the_other_way_round() -> None:
    static = settings.BASE_DIR / "static"
    joined = assets.styles()
    assert {f"css/components/{path.name}" for path in (static / "css/components").glob("*.css")} == {
        name for name in joined if "components/" in name
    }
    assert (joined[0], joined[-1]) == ("css/tokens.css", "css/utilities.css")
    assert all((static / name).is_file() for name in joined)
    assert {f"js/{path.name}" for path in (static / "js").glob("*.js")} == set(assets.SCRIPTS)


def test_the_first_page_weighs_less_than_150_kb(things: Any, browser_of: Client) -> None:
    page = gzip.compress(browser_of.get("/things/").content)
    htmx = Path(__import__("django_htmx").__file__).parent / "static/django_htmx/htmx-2.min.js"
    weight = (
        len(page) + len(assets.bundle("css").packed) + len(assets.bundle("js").packed) + len(gzip.compress(htmx.read_bytes()))
    )
    assert weight < 60_000


def test_pages_allow_nothing_inline(things: Any, browser_of: Client) -> None:
    response = browser_of.get("/gallery/")
    policy = response["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
    body = response.content.decode()
    assert not re.search(r"\sstyle=", body) and not re.search(r"\son[a-z]+=", body) and "<style" not in body
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", body))


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_no_template_of_ours_switches_escaping_off(path: Path) -> None:
    text = path.read_text()
    assert "|safe" not in text and "autoescape off" not in text and " style=" not in text


def test_colours_come_from_tokens_only() -> None:
    for path in (settings.BASE_DIR / "static/css").rglob("*.css"):
        if path.name in {"tokens.css", "document.css", "chart-print.css"}:
            continue
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\b(?:rgb|hsl|oklch)\(", path.read_text()), path.name
