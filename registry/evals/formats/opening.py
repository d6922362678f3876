"""Finds out by its content what a file is, and hands it to the reader of that format."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from governance.core.errors import Invalid, TooLarge
from registry.evals.formats import (
    archive,
    deepeval,
    inspect_log,
    jsontext,
    junit,
    openai_evals,
    plain,
    promptfoo,
    promptfoo_xml,
    words,
)
from registry.evals.formats.report import MAX_BYTES, Report

ACCEPTED = (
    "promptfoo results (.json or .xml), an Inspect log (.json or .eval), a DeepEval test run, JUnit XML, an OpenAI Evals log"
    " (.jsonl), or Plumbline's own JSON"
)
FIX = f"Hand in one of these: {ACCEPTED}."
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"),
    (b"\x89PNG", "a picture"),
)

Reader = Callable[[Mapping[str, Any], str], Report]
_OBJECTS: Sequence[tuple[Callable[[Mapping[str, Any]], bool], Reader]] = (
    (plain.is_plain, plain.read),
    (inspect_log.is_inspect, inspect_log.read),
    (promptfoo.is_promptfoo, promptfoo.read),
    (deepeval.is_deepeval, deepeval.read),
)


def read(data: bytes, digest: str) -> Report:
    """Return the run that a file tells of. Raises Invalid (saying what was expected) or TooLarge."""
    if len(data) > MAX_BYTES:
        raise too_large(len(data))
    if data.startswith(b"PK\x03\x04"):
        return archive.read(data, digest)
    text = _text(data)
    begins = text[:1]
    if begins == "<":
        return _xml(text, digest)
    if begins == "{":
        return _json(text, digest)
    if begins == "[":
        raise _unknown("It is a JSON list; every format we read is an object, or one object a line.")
    raise _unknown("It is neither JSON, nor XML, nor an .eval archive.")


def too_large(size: int) -> TooLarge:
    """Return the refusal of a file by its size in bytes."""
    megabyte = 1024 * 1024
    return TooLarge(
        f"The file has {size / megabyte:,.1f} MB; {MAX_BYTES // megabyte} MB can be read.",
        fix="Leave outputs and traces out of the file, or hand in the suite in parts.",
        code="file-too-large",
    )


def _text(data: bytes) -> str:
    other = next((what for mark, what in _OTHERS if data.startswith(mark)), "")
    if other:
        raise _unknown(f"It is {other}.")
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding).strip()
    except UnicodeDecodeError as error:
        raise Invalid("The file is not text in UTF-8.", fix=FIX, code="unknown-format") from error
    if not text:
        raise Invalid("The file is empty.", fix=FIX, code="unknown-format")
    return text


def _json(text: str, digest: str) -> Report:
    first = text.partition("\n")[0].strip()
    if "\n" in text and first.endswith("}"):  # one object a line, or an object of its own in the first line
        try:
            lines = jsontext.lines(text)
        except Invalid:
            if '"spec"' in first:
                raise
        else:
            return _lines(lines, digest)
    data = jsontext.loads(text)
    for fits, reader in _OBJECTS:
        if fits(data):
            return reader(data, digest)
    if openai_evals.is_openai_evals([data]):
        return openai_evals.read([data], digest)
    known = ", ".join(words.label(key, 40) for key in list(data)[:6]) or "nothing"
    raise _unknown(f"It is JSON with {known} at its top, which is none of the formats we read.")


def _lines(lines: Sequence[Mapping[str, Any]], digest: str) -> Report:
    if openai_evals.is_openai_evals(lines):
        return openai_evals.read(lines, digest)
    if lines and "promptIdx" in lines[0]:
        raise _unknown("It is promptfoo's .jsonl. Write results.json: `promptfoo eval -o results.json`.")
    raise _unknown("It holds one JSON object a line, but its first line has no spec, as a log of OpenAI Evals has.")


def _xml(text: str, digest: str) -> Report:
    root = parsed(text)
    tag = str(root.tag).rpartition("}")[2]
    if tag == "promptfoo":
        try:
            return promptfoo_xml.read(root, digest)
        except RecursionError as error:
            raise Invalid("The XML is nested too deeply to be read.", fix=FIX, code="too-deep") from error
    if tag in junit.ROOTS:
        return junit.read(root, digest)
    raise _unknown(f"It is XML that begins with <{words.label(tag, 40)}>; <testsuites>, <testsuite> and <promptfoo> are read.")


def parsed(text: str) -> Element:
    """Return the root of an XML text. Entities, external or not, and document types are refused. Raises Invalid."""
    if text.startswith("<?xml"):  # the text is decoded already; its declaration may say otherwise
        text = text[text.find("?>") + 2 :].lstrip()
    try:
        root: Element = fromstring(text, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise Invalid(
            "The XML declares a document type or entities, which are not read.",
            fix="Hand in the file as the test runner wrote it; none of them needs entities.",
            code="hostile-xml",
        ) from error
    except (ParseError, RecursionError, ValueError) as error:
        raise Invalid(
            f"The XML is not whole: {words.plain(error)}.",
            fix="Was it cut off while it was written or uploaded? Hand in the file as the tool wrote it.",
            code="not-xml",
        ) from error
    return root


def _unknown(what: str) -> Invalid:
    return Invalid(f"This file cannot be read as eval results. {what}", fix=FIX, code="unknown-format")
