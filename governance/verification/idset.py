"""A set of row numbers that takes one bit for each number, so that memory stays flat whatever is verified."""

CHUNK = 1 << 16  # numbers to one piece: 8 KB


class IdSet:
    """Which ids were seen."""

    def __init__(self) -> None:
        self._pieces: dict[int, bytearray] = {}
        self.count = 0

    def add(self, id_: int) -> bool:
        """Take in an id; say whether it was new."""
        piece, place = divmod(id_, CHUNK)
        held = self._pieces.get(piece)
        if held is None:
            held = self._pieces[piece] = bytearray(CHUNK // 8)
        byte, bit = place >> 3, 1 << (place & 7)
        if held[byte] & bit:
            return False
        held[byte] |= bit
        self.count += 1
        return True

    def __contains__(self, id_: int) -> bool:
        piece, place = divmod(id_, CHUNK)
        held = self._pieces.get(piece)
        return held is not None and bool(held[place >> 3] & (1 << (place & 7)))
