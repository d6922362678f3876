"""Pages that share a line of the navigation: one line, a strip of tabs, and each still a place in the palette."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.world import World

LINE = re.compile(r'<a href="([^"]+)"( aria-current="page")?>', re.S)


def lines(page: str) -> dict[str, bool]:
    """Return the addresses in the navigation, and which of them is marked as the one we are at."""
    nav = page[page.index('id="nav"') : page.index("</nav>", page.index('id="nav"'))]
    return {url: bool(current) for url, current in LINE.findall(nav)}


@pytest.mark.parametrize("url", ["/people/teams/", "/people/positions/", "/people/"])
def test_a_family_has_one_line_and_a_tab_each(world: World, client_as: Callable[..., Any], url: str) -> None:
    page = client_as(world.ada).get(url).content.decode()
    assert lines(page)["/people/"], "the family's line is marked, whichever of its pages this is"
    assert "/people/teams/" not in lines(page)
    tabs = page[page.index('class="tabs"') :]
    for label, here in (("People", "/people/"), ("Teams", "/people/teams/"), ("Positions", "/people/positions/")):
        assert re.search(rf'href="{here}"[^>]*>\s*{label}', tabs)
    assert re.search(rf'href="{url}"[^>]*aria-current="page"', tabs)


def test_who_may_not_see_a_page_gets_no_tab_of_it(world: World, client_as: Callable[..., Any]) -> None:
    assert "/people/services/" in client_as(world.ada).get("/people/").content.decode()
    assert "/people/services/" not in client_as(world.noor).get("/people/").content.decode()


def test_each_page_of_a_family_is_a_place_in_the_palette(world: World, client_as: Callable[..., Any]) -> None:
    found = client_as(world.ada).get("/palette/", {"q": "teams"}).content.decode()
    assert 'href="/people/teams/"' in found
