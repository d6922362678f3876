"""Lets WeasyPrint find Pango where the launcher had to unpack it beside us, because the machine has none and we no root."""

import ctypes
import os
from pathlib import Path

FONTS_CONF = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
    "<fontconfig><dir>{root}/usr/share/fonts</dir><cachedir>{root}/fc-cache</cachedir></fontconfig>"
)


def prepare(root: Path | None) -> None:
    """Load every library under `root` and point fontconfig there. Does nothing where nothing was unpacked.

    The libraries need each other in an order that we do not know: load what loads, until a round loads nothing more.
    """
    if root is None or not root.is_dir():
        return
    waiting = sorted(root.glob("usr/lib/*/*.so.*"))
    while waiting:
        stuck = [library for library in waiting if not _load(library)]
        if len(stuck) == len(waiting):
            break
        waiting = stuck
    if not Path("/etc/fonts/fonts.conf").exists():
        conf = root / "fonts.conf"
        if not conf.exists():
            conf.write_text(FONTS_CONF.format(root=root))
        os.environ["FONTCONFIG_FILE"] = str(conf)


def _load(library: Path) -> bool:
    try:
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
