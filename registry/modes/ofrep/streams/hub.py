"""Who listens, and the one reader that all of them share."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

log = logging.getLogger("plumbline.streams")
PAUSE = 0.1  # seconds between two looks while anybody listens
IDLE = 5.0  # and while nobody does
BLIND = 15.0  # seconds without a look after which nobody may rely on being told


class Hub:
    """Looks at what flags rest on, and wakes whoever listens when it moved.

    `read` returns a stamp and may block; it is always called from the same thread. `stamp` is the last one that was read.
    """

    def __init__(self, read: Callable[[], str], pause: float = PAUSE) -> None:
        self.read, self.pause = read, pause
        self.stamp = ""
        self.listening = 0
        self.seen_at = 0.0
        self.problem = ""
        self._moved = asyncio.Event()
        self._wanted = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "look")
        self._task: asyncio.Task[None] | None = None

    @property
    def is_blind(self) -> bool:
        """Whether it could not look for too long."""
        return not self.seen_at or time.monotonic() - self.seen_at > BLIND

    async def start(self) -> None:
        """Look once, then go on looking until `stop`."""
        await self._look()
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Look no more, and let everybody go."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def moved_from(self, stamp: str, within: float) -> str:
        """Wait until the stamp is another one, or some seconds have passed; return the stamp that holds then."""
        self._wanted.set()
        ends = time.monotonic() + within
        while self.stamp == stamp and (left := ends - time.monotonic()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)
        return self.stamp

    async def _go_on(self) -> None:
        while True:
            self._wanted.clear()
            with suppress(TimeoutError):
                if self.listening:
                    await asyncio.sleep(self.pause)
                else:
                    await asyncio.wait_for(self._wanted.wait(), IDLE)
            await self._look()

    async def _look(self) -> None:
        try:
            stamp = await asyncio.get_running_loop().run_in_executor(self._thread, self.read)
        except Exception as error:  # whatever a database driver raises; told once, and seen in /health/ready
            if not self.problem:
                log.warning("the database cannot be read: %s", error)
            self.problem = str(error) or type(error).__name__
            return
        self.problem, self.seen_at = "", time.monotonic()
        if stamp != self.stamp:
            self.stamp = stamp
            woken, self._moved = self._moved, asyncio.Event()
            woken.set()
