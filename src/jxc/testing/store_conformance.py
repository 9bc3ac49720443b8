"""The proof that a store of your own keeps what every store must keep.

    class TestMyStore(StoreConformance):
        def make_store(self) -> Store:
            return MyStore(...)

pytest finds the class by its name and runs every test of this one on your store: records come back equal, in the order
of every index; a commit is whole or nothing; guards, versions, numbers and keys hold beside other writers; scopes are
apart; and any story at all is answered as by the store in memory.  jxc's own stores pass the same tests.

``open_again`` and ``failing_at`` may be given as well: for tests of what outlives a restart, and of faults.

Invariant: a store that passes can be handed to jxc.

>>> from jxc.stores.memory import MemoryStore
>>> class Proof(StoreConformance):
...     def make_store(self):
...         return MemoryStore()
>>> Proof().test_numbers_have_no_gaps()
"""

from __future__ import annotations

from jxc.testing.store_machine import prove_like_memory
from jxc.testing.store_reading import StoreReading
from jxc.testing.store_scopes import StoreScopes
from jxc.testing.store_threads import StoreThreads
from jxc.testing.store_writing import StoreWriting

__all__ = ["StoreConformance"]


class StoreConformance(StoreReading, StoreWriting, StoreScopes, StoreThreads):
    """Inherit, and return your store from ``make_store``; see the module."""

    def test_it_answers_as_the_store_in_memory(self) -> None:
        """Any story, told to both."""
        prove_like_memory(self.make_store)
