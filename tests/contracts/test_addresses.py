"""Addresses that nobody could have been given are not found; they never break a page."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.world import World

WORD = re.compile(r"<str:\w+>")


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Yield every address of a page with a free word in it, as its pattern."""
    for each in resolver.url_patterns:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each, here)
        elif isinstance(each, URLPattern) and WORD.search(here):
            yield here


def pages() -> list[str]:
    """Return one address for each, with a NUL in each word and a number for each number."""
    found = {WORD.sub("a%00b", pattern) for pattern in addresses(get_resolver())}
    filled = {re.sub(r"<int:\w+>", "1", address) for address in found}
    return sorted(address for address in filled if "<" not in address and not address.startswith("/api/"))


@pytest.mark.django_db
def test_a_nul_in_an_address_is_not_found(world: World, client_as: Callable[..., Any]) -> None:
    client = client_as(world.ada)
    tried = pages()
    assert len(tried) > 20
    answers = {address: client.get(address).status_code for address in tried}
    assert {address: status for address, status in answers.items() if status != 404} == {}
