"""Names of files as they are kept and given back: nothing in them that leads elsewhere, hides, or means something to a shell."""

import re
import unicodedata

LONGEST = 150
_ENDING = 16
_REFUSED = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)


def cleaned(name: str, fallback: str = "file") -> str:
    """Return a file's own name without folders, control and direction marks, leading dots or device names.

    Always something that can be kept on any system; the ending stays when the name has to be shortened.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    plain = " ".join(_REFUSED.sub("_", shown).split()).strip(". ")
    if not plain:
        return fallback
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= LONGEST:
        return plain
    if dot and len(ending) <= _ENDING:
        return f"{stem[: LONGEST - len(ending) - 1].rstrip()}.{ending}"
    return plain[:LONGEST].rstrip()
