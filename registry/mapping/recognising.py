"""Knows products that call a model by what exports call them. The list is data of our own (`known.yaml`)."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from registry.surfaces.models import Pattern

FILE = Path(__file__).with_name("known.yaml")
APART = re.compile(r"[^a-z0-9.]+")
FIELDS = {"key", "name", "maker", "pattern", "apps", "merchants"}


@dataclass(frozen=True)
class Product:
    """A product that calls a model: what it is called, who makes it, and how a model is usually built in."""

    key: str
    name: str
    maker: str
    pattern: str
    apps: tuple[str, ...]
    merchants: tuple[str, ...]


def folded(text: str) -> str:
    """Return a name for comparing: small letters and digits, single spaces, dots inside kept."""
    return " ".join(APART.sub(" ", text.lower()).replace(" .", " ").split())


@cache
def products() -> dict[str, Product]:
    """Return all that is known, by key. Raises ValueError for a list that says something twice or leaves something out."""
    found: dict[str, Product] = {}
    said: dict[str, str] = {}
    for row in yaml.safe_load(FILE.read_text(encoding="utf-8")):
        if set(row) != FIELDS or row["pattern"] not in Pattern.values or row["key"] in found:
            raise ValueError(f"known.yaml: {row.get('key')!r} is not complete, or is there twice")
        apps, merchants = (tuple(folded(str(each)) for each in row[name]) for name in ("apps", "merchants"))
        for name in apps:
            if said.setdefault(name, row["key"]) != row["key"]:
                raise ValueError(f"known.yaml: {name!r} is both {said[name]} and {row['key']}")
        found[row["key"]] = Product(row["key"], row["name"], row["maker"], row["pattern"], apps, merchants)
    return found


@cache
def _by_app() -> dict[str, Product]:
    return {name: product for product in products().values() for name in product.apps}


@cache
def _by_merchant() -> tuple[tuple[str, Product], ...]:
    """Return beginnings of what statements say, the longest first: "openai chatgpt" before "openai"."""
    found = [(name, product) for product in products().values() for name in product.merchants]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


def by_app(name: str) -> Product | None:
    """Return the product of an app's name in a sign-on export, or of a name that a person typed."""
    said = folded(name)
    return _by_app().get(said) or _by_app().get(said.removesuffix(" enterprise").removesuffix(" business").removesuffix(" team"))


def by_merchant(text: str) -> Product | None:
    """Return the product of a line of a card or expense statement: what the line begins with, whole words only."""
    said = folded(text)
    return next((product for name, product in _by_merchant() if said == name or said.startswith(f"{name} ")), None)


def by_key(key: str) -> Product | None:
    """Return a product by its key, or None where the list does not have it any more."""
    return products().get(key)
