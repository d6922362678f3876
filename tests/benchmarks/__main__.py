"""`python -m tests.benchmarks`: build the company, measure, print the table; exit 1 when a target is missed."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import django


def main(chosen: list[str]) -> int:
    """Run the named groups, or all of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner, setup_test_environment

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["*"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    setup_test_environment(debug=False)
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        return _print(_figures(chosen))
    finally:
        runner.teardown_databases(databases)


def _figures(chosen: list[str]) -> Iterator[Any]:
    from django.db import connection

    from tests.benchmarks import (
        asking,
        burning,
        company,
        controlled,
        files,
        observing,
        packing,
        printing,
        questioned,
        reading,
        sealed,
        switching,
        verifying,
        writing,
    )

    groups = {
        "reading": reading.figures,
        "writing": writing.figures,
        "files": files.figures,
        "controls": controlled.figures,
        "asking": asking.figures,
        "modes": switching.figures,
        "incidents": burning.figures,
        "verifying": verifying.figures,
        "ledger": sealed.figures,
        "printing": printing.figures,
        "packs": packing.figures,
        "questionnaires": questioned.figures,
        "observations": observing.figures,
    }
    if unknown := set(chosen) - set(groups):
        raise SystemExit(f"no benchmarks named {', '.join(sorted(unknown))}; there are {', '.join(groups)}")
    with connection.schema_editor() as editor:
        editor.create_model(writing.BareSurface)
        editor.create_model(writing.BareSurface.history.model)
    print("building the company", file=sys.stderr)
    built = company.build()
    for name, figures in groups.items():
        if not chosen or name in chosen:
            yield from figures(built)


def _print(figures: Iterator[Any]) -> int:
    missed = 0
    print("| what | measured | baseline | ratio | target | holds | |\n| --- | --- | --- | --- | --- | --- | --- |")
    for each in figures:
        base = f"{each.baseline:,.1f} {each.unit}" if each.baseline else ""
        ratio = f"{each.ratio:.2f}x" if each.ratio else ""
        verdict = "" if each.holds is None else "yes" if each.holds else "**no**"
        missed += each.holds is False
        print(
            f"| {each.what} | {each.value:,.1f} {each.unit} | {base} | {ratio} | {each.target} | {verdict} | {each.note} |",
            flush=True,
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
