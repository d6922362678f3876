"""Pages of the board's question: asking and answering, choosing part by part, and answers that were sealed."""

from registry.board.views.asking import BlindSpots, Board, BoardFile, ChangeQuestion, Seal
from registry.board.views.sealed import AnswerFile, AnswerList, AnswerPage

__all__ = ["AnswerFile", "AnswerList", "AnswerPage", "BlindSpots", "Board", "BoardFile", "ChangeQuestion", "Seal"]
