"""Which text goes into which cell: the word that a drop-down list allows, and the rest beside it. Pure."""

from collections.abc import Iterable, Sequence

from governance.core.tabular.choices import fold
from registry.questionnaires.models import Question, Short
from registry.questionnaires.sheets.grid import Fill, place

SAID = {
    Short.YES: ("yes", "y", "true", "fully compliant", "compliant", "fully", "met", "implemented", "ja", "oui", "si"),
    Short.NO: ("no", "n", "false", "non compliant", "not compliant", "not met", "not implemented", "nein", "non"),
    Short.PARTLY: (
        "partly",
        "partial",
        "partially",
        "partially compliant",
        "partially met",
        "in progress",
        "planned",
        "teilweise",
    ),
    Short.DOES_NOT_APPLY: ("n a", "na", "not applicable", "does not apply", "entfällt"),
}
SHOWN = 5


def placed(answered: Iterable[Question]) -> tuple[list[Fill], list[str]]:
    """Return what goes into which cells, and what could not be placed or was left out, in words."""
    fills: list[Fill] = []
    homeless: list[str] = []
    unfit: list[str] = []
    bare: list[str] = []
    for each in answered:
        at, beside = place(each.answer_cell), place(each.detail_cell)
        if at is None:
            homeless.append(str(each.number))
            continue
        word = chosen(each)
        if each.choices and not word:
            unfit.append(each.answer_cell)
        main, rest = _texts(each, word, beside is not None)
        if each.choices and beside is None and each.answer:
            bare.append(each.answer_cell)
        if main:
            fills.append(Fill(each.sheet, *at, main))
        if rest and beside is not None:
            fills.append(Fill(each.sheet, *beside, rest))
    notes = _said(homeless, "have no cell in the file; their answers leave by PDF: questions")
    notes += _said(unfit, "allow only words of a list, none of which says the answer: cells")
    notes += _said(bare, "allow only words of a list and have no cell for comments beside them; the text is left out: cells")
    return fills, notes


def _texts(question: Question, word: str, has_detail: bool) -> tuple[str, str]:
    """Return what goes into the answer's cell and into the one beside it."""
    said = question.answer
    if question.choices:
        return word, said
    if not word:
        return said, ""
    if has_detail:
        return word, said
    return (said if not said or fold(said).startswith(fold(word)) else f"{word}. {said}") or word, ""


def chosen(question: Question) -> str:
    """Return the word of a cell's list that says the short answer, or the short answer itself where any word goes."""
    if not question.short:
        same = [word for word in question.choices if fold(word) == fold(question.answer)]
        return str(same[0]) if same else ""
    short = Short(question.short)
    if not question.choices:
        return str(short.label)
    return next((str(word) for word in question.choices if fold(str(word)) in SAID[short]), "")


def _said(found: Sequence[str], what: str) -> list[str]:
    if not found:
        return []
    more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    return [f"{len(found):,} {what} {', '.join(found[:SHOWN])}{more}."]


def named(file_name: str) -> str:
    """Return the name of the filled file: "Northwind AI (answered).xlsx"."""
    stem, dot, ending = file_name.rpartition(".")
    return f"{stem} (answered).{ending}" if dot else f"{file_name} (answered)"
