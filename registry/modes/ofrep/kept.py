"""Answers that this process made already: kept by what they rest on, bounded in bytes, never by time alone."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MOST_BYTES = 16 * 1024 * 1024
AROUND = 1024  # bytes that keeping an answer costs beside its own


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer, and the ETag under which a caller may ask for them again."""

    body: bytes
    etag: str


class Kept:
    """A small store of answers, the least recently used given up first. Threads wait for one another, so that what many
    ask for at the same moment is made once."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self._bytes = most, 0
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> Answer:
        """Return the answer for what it rests on; `make` builds its bytes where this process has not."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
                return found
            body = make()
            made = Answer(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
            self._answers[key] = made
            self._bytes += len(body) + AROUND
            while self._bytes > self.most and len(self._answers) > 1:
                _, gone = self._answers.popitem(last=False)
                self._bytes -= len(gone.body) + AROUND
            return made
