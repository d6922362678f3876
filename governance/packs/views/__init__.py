"""Pages of audit packs: the list, asking for one, one pack with what is in it, and its files."""

from governance.packs.views.asking import AskForPack, ChooseScope, Found
from governance.packs.views.doing import BuildAgain, DiscardPack, GivePack, TakeBack
from governance.packs.views.files import PackFile
from governance.packs.views.pages import PackList, PackPage

__all__ = [
    "AskForPack",
    "BuildAgain",
    "ChooseScope",
    "DiscardPack",
    "Found",
    "GivePack",
    "PackFile",
    "PackList",
    "PackPage",
    "TakeBack",
]
