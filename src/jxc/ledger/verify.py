"""Whether entries are still what was posted: a digest each, seals over many, numbers without gaps.

    seal(entries)            ->  Seal(count, digest)         to be kept somewhere else, on paper if need be
    verify(entries, seals)   ->  the first entry that was changed, added or lost, or none

A digest shows that an entry was changed by somebody who did not mend the digest; a seal kept elsewhere shows it even
if the digest was mended.

Invariant: reading never changes anything, and the order of the entries is that of posting.

>>> verify([]).ok, seal([]).count
(True, 0)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from jxc.ledger.entries import Entry, digest_of

__all__ = ["Seal", "Verification", "seal", "verify"]


@dataclass(frozen=True, slots=True)
class Seal:
    """A digest over the digests of the first ``count`` entries."""

    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How many entries were read, and the first that is not what was posted: its id, and what is wrong with it."""

    count: int
    changed: str | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing was changed."""
        return self.changed is None


def seal(entries: Iterable[Entry]) -> Seal:
    """The seal over all of these entries."""
    total = sha256()
    count = 0
    for entry in entries:
        total.update(entry.digest.encode())
        count += 1
    return Seal(count, total.hexdigest())


def verify(entries: Sequence[Entry], seals: Iterable[Seal] = ()) -> Verification:
    """Read entries in the order of posting and name the first that differs from what was posted."""
    by_count = {one.count: one.digest for one in seals}
    numbers: dict[tuple[str, str], int] = {}
    total = sha256()
    for count, entry in enumerate(entries, 1):
        reason = _wrong(entry, numbers)
        total.update(entry.digest.encode())
        if not reason and by_count.get(count, total.hexdigest()) != total.hexdigest():
            reason = "the seal over it and those before differs"
        if reason:
            return Verification(count, entry.id, reason)
    beyond = [count for count in sorted(by_count) if count > len(entries)]
    if beyond:
        return Verification(len(entries), f"#{len(entries) + 1}", "a sealed entry is lost")
    return Verification(len(entries))


def _wrong(entry: Entry, numbers: dict[tuple[str, str], int]) -> str:
    where = (entry.period, entry.series)
    numbers[where] = numbers.get(where, 0) + 1
    given = (entry.id, entry.period, entry.series, entry.number, entry.recorded_at, entry.posted_by, entry.draft)
    if digest_of(*given) != entry.digest:
        return "its content differs from its digest"
    if numbers[where] != entry.number:
        return f"number {numbers[where]} is missing before it"
    if sum(line.base for line in entry.lines):
        return "it does not balance"
    return ""
