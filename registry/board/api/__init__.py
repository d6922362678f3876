"""The board's question over REST: asked part by part or in words, and answers that were sealed."""

from registry.board.api.resources import AnswerApi, BoardApi

__all__ = ["AnswerApi", "BoardApi"]
