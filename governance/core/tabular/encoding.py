"""Which encoding a text file is in, with the reason, so that a person can check it and choose another.

Order of evidence: a byte-order mark; the zero bytes of UTF-16 and UTF-32; text that is valid UTF-8 (which no other text
is by accident). What remains is one of the eight-bit families. A detector that compares letter statistics alone reads
an English file with typographic quotes as Baltic or Central European, where those quotes have the same bytes; so
Western text is decided by our own evidence, and the detector only by a language it is sure of.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from governance.core.errors import Invalid
from governance.core.tabular import western

_SAMPLE = 192 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What the detector may answer, and the language families that make its answer credible.
_BY_LANGUAGE = {
    "cp1250": "Polish Czech Slovak Hungarian Croatian Slovene Romanian",
    "iso8859_2": "Polish Czech Slovak Hungarian Croatian Slovene Romanian",
    "cp1251": "Russian Bulgarian Ukrainian Serbian Macedonian Belarusian",
    "koi8_r": "Russian Bulgarian Ukrainian",
    "koi8_u": "Russian Ukrainian",
    "iso8859_5": "Russian Bulgarian Ukrainian Serbian",
    "mac_cyrillic": "Russian Bulgarian Ukrainian Serbian",
    "cp866": "Russian Bulgarian Ukrainian",
    "cp1253": "Greek",
    "iso8859_7": "Greek",
    "cp1254": "Turkish",
    "iso8859_9": "Turkish",
    "cp1255": "Hebrew",
    "iso8859_8": "Hebrew",
    "cp1256": "Arabic Farsi Persian",
    "cp1257": "Lithuanian Latvian Estonian",
    "cp932": "Japanese",
    "shift_jis": "Japanese",
    "euc_jp": "Japanese",
    "iso2022_jp": "Japanese",
    "gb18030": "Chinese",
    "gb2312": "Chinese",
    "gbk": "Chinese",
    "big5": "Chinese",
    "big5hkscs": "Chinese",
    "euc_kr": "Korean",
    "cp949": "Korean",
    "johab": "Korean",
}
_TWO_BYTE = frozenset({"Japanese", "Chinese", "Korean"})
LABELS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows Western (cp1252)",
    "mac_roman": "Mac Western",
    "latin-1": "Latin-1",
    "cp850": "DOS Western (cp850)",
    "cp1250": "Windows Central European (cp1250)",
    "cp1251": "Windows Cyrillic (cp1251)",
    "cp1253": "Windows Greek (cp1253)",
    "cp1254": "Windows Turkish (cp1254)",
    "cp932": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "cp949": "Korean (cp949)",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, why it is taken for it, and pieces of text by which a person can check it."""

    name: str
    reason: str
    sure: bool = True
    samples: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The encoding's name for people."""
        return LABELS.get(self.name, self.name)


def detect(data: bytes) -> Encoding:
    """Find the encoding of a whole file's bytes."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Encoding(name, "The file starts with the mark of this encoding.")
    wide = _wide(data)
    if wide:
        return wide
    if data.isascii():
        return Encoding("utf-8", "All characters are plain ASCII.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _mostly_utf8(data) or _eight_bit(data)
    return Encoding("utf-8", "All bytes are valid UTF-8.", samples=_samples(text))


def named(name: str, data: bytes) -> Encoding:
    """The encoding that a person chose. Raises Invalid when the file cannot be read with it."""
    try:
        text = data.decode(name)
    except LookupError:
        raise Invalid(f"There is no encoding {name!r}.", fix="Choose one from the list, or let it be found.") from None
    except UnicodeDecodeError as error:
        raise Invalid(
            f"The file is not in {LABELS.get(name, name)}: byte {error.start + 1:,} does not fit.",
            fix="Choose another encoding, or let it be found.",
            code="wrong-encoding",
        ) from None
    except (UnicodeError, ValueError):
        raise Invalid(f"The file is not in {name}.", fix="Choose another encoding, or let it be found.") from None
    return Encoding(name, "Chosen by hand.", samples=_samples(text))


def _wide(data: bytes) -> Encoding | None:
    """UTF-16 without a mark: in Western text every second byte is zero."""
    sample = data[:4096]
    if len(sample) < 4 or b"\x00" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    for name, zeros, other in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.4 * half and other < 0.1 * half:
            try:
                text = data.decode(name)
            except UnicodeDecodeError:
                continue
            return Encoding(name, "Every second byte is zero.", samples=_samples(text))
    return None


def _mostly_utf8(data: bytes) -> Encoding | None:
    """A UTF-8 file into which something else was pasted: its stray bytes are read as Windows Western and counted."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(1 for character in text if character > "\x7f") - broken
    if broken and good >= 10 * broken:
        reason = f"Nearly all is UTF-8; {broken:,} stray bytes are read as Windows Western."
        return Encoding("utf-8", reason, sure=False, samples=_samples(data.decode("utf-8", STRAY)))
    return None


def _eight_bit(data: bytes) -> Encoding:
    sample = _telling_sample(data)
    guess = western.best(sample)
    fits = guess.share_odd <= 0.05
    if not (fits and guess.density < 0.2) or western.looks_central(sample):
        other = _other_language(sample, guess.density) or western.central(sample, guess.share_odd)
        if other and _decodes(data, other[0]):
            reason = f"The letters are those of {other[1]}."
            return Encoding(other[0], reason, sure=False, samples=_samples(data.decode(other[0])))
    return Encoding(guess.name, guess.reason, fits, _samples(data.decode(guess.name, "replace")))


def _telling_sample(data: bytes) -> bytes:
    """The lines that hold other than ASCII, since only they tell encodings apart."""
    if len(data) <= _SAMPLE:
        return data
    lines, size = [], 0
    for line in data.split(b"\n"):
        if not line.isascii():
            lines.append(line)
            size += len(line) + 1
            if size >= _SAMPLE:
                break
    return b"\n".join(lines)[:_SAMPLE]


def _other_language(sample: bytes, density: float) -> tuple[str, str] | None:
    """An encoding outside the Western family whose language the detector recognises."""
    for match in from_bytes(sample, cp_isolation=list(_BY_LANGUAGE), threshold=0.25):
        language = match.language
        if language not in _BY_LANGUAGE[match.encoding].split():
            continue
        # A two-byte encoding that fits a whole text is no accident; an eight-bit one fits any and needs its letters.
        if (language in _TWO_BYTE and density > 0.3 and match.chaos < 0.1) or match.coherence >= 0.4:
            return match.encoding, language
    return None


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


_NOT_ASCII = re.compile("[^\x00-\x7f]")


def _samples(text: str, count: int = 3) -> tuple[str, ...]:
    """Short pieces around the first different characters that are not ASCII."""
    pieces: list[str] = []
    seen: set[str] = set()
    for match in _NOT_ASCII.finditer(text):
        if match[0] in seen or match[0] == "\u00a0":
            continue
        seen.add(match[0])
        pieces.append(" ".join(text[max(0, match.start() - 24) : match.end() + 24].split()))
        if len(pieces) == count:
            break
    return tuple(pieces)


STRAY = "plumbline-stray-western"


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Decode what is not UTF-8 as Windows Western; an undefined byte becomes the replacement character."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    piece = error.object[error.start : error.end]
    return piece.decode("cp1252", "replace"), error.end


codecs.register_error(STRAY, _stray)
