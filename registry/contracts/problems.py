"""What is wrong with a contract, in words."""

from dataclasses import dataclass

from registry.contracts.shape import Path_, place, pointer


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (a JSON pointer), what, and what to do."""

    pointer: str
    message: str
    fix: str
    line: int | None = None

    def __str__(self) -> str:
        """The whole sentence, with the line where there is one."""
        told = f"{self.message} {self.fix}".strip()
        return f"Line {self.line}: {told}" if self.line else told


def problem(path: Path_, says: str, fix: str) -> Problem:
    """A problem at a place: `says` follows the place's name, as in "Authority, tool 2, effect" + "is not ..."."""
    return Problem(pointer(path), f"{place(path)} {says}.", fix)


def listed(words: list[str], last: str = "or") -> str:
    """Words as people list them: `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def thousands(number: float) -> str:
    """A number as people read it: 2,600 and 0.05. Two different numbers never read the same."""
    if float(number).is_integer() and abs(number) < 1e15:
        return f"{int(number):,}"
    told = f"{number:,.10f}".rstrip("0").rstrip(".")
    return told if float(told.replace(",", "")) == number else repr(number)
