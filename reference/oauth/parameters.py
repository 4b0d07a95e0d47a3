"""The parameters of a request to an OAuth endpoint, as RFC 6749 §3.1 and §3.2 read them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What was sent once and has a value, and the names of what was sent more than once."""

    values: Mapping[str, str]
    repeated: Collection[str]

    def get(self, name: str) -> str | None:
        """Return the value of a parameter that was sent once; one without a value was not sent."""
        return self.values.get(name)


def read_parameters(pairs: Pairs, known: Collection[str]) -> Parameters:
    """Return the known parameters; others are ignored, repeated ones too."""
    counted = Counter(name for name, _ in pairs if name in known)
    return Parameters(
        {name: value for name, value in pairs if counted[name] == 1 and value},
        tuple(name for name, count in counted.items() if count > 1),
    )
