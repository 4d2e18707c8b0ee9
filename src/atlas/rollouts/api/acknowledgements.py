"""Acknowledgements: which groups their senders know to be stored, so that one sent again is not stored twice.

A sender that got no answer sends the same group again. It is recognised by its digest, if the first answer could
not be written, or if the server was killed at about that time; an equal group whose first answer arrived is new.

A group is committed; then its answer is given to the kernel, which holds it back but delivers it if we are killed;
then the kernel is given word of that for the store, which nobody waits for; then it delivers the answer. So whoever
sees an answer does so when word of it is on its way. A server killed

* before the commit has stored nothing and answered nothing: the group is sent again, and is there once;
* between commit and answer has left no word, so after the restart the group is in doubt: sent again it is
  recognised and answered, and is there once;
* after the word leaves no doubt, for the word is carried out before the next server can lock the queue: an equal
  group is another one;
* between answer and word, two system calls, leaves in doubt what was answered. Nothing is lost by that or there
  twice, unless somebody means to send an equal group while the doubt is remembered. Answers that are written in the
  same tenth of a millisecond share this gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from atlas.core.group_queue import GroupEntry, GroupId

# Longer than any client of the protocol tries.
REMEMBERED_S = 600.0


class Acknowledgements:
    """`clock` gives seconds, monotonically."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = GroupId(0)
        # In order of their ids, because answers are asked for in that order.
        self._open: dict[GroupId, bytes] = {}
        self._failed: dict[bytes, float] = {}

    def restore(self, acknowledged: GroupId, groups: Iterable[GroupEntry]) -> None:
        """Begin with what is stored: of the groups after `acknowledged` nobody knows whether the answer arrived."""
        self._open.clear()
        self._last = acknowledged
        for group in groups:
            self._last = max(self._last, group.group_id)
            if group.group_id > acknowledged:
                self._remember(group.digest)

    def stored(self, groups: Iterable[GroupEntry]) -> None:
        """These are stored, and their answers are still to be written."""
        for group in groups:
            self._open[group.group_id] = group.digest
            self._last = group.group_id

    def answered(self, group_ids: Iterable[GroupId], *, arrived: bool) -> None:
        """The answer for these was written, or could not be."""
        for group_id in group_ids:
            digest = self._open.pop(group_id, None)
            if digest is not None and not arrived:
                self._remember(digest)

    def in_doubt(self, digest: bytes) -> bool:
        """Whether a group of this digest is stored and its sender was not told."""
        return self._failed.get(digest, 0.0) > self._clock()

    def told(self, digests: Iterable[bytes]) -> None:
        """The senders of these are being told now."""
        for digest in digests:
            self._failed.pop(digest, None)

    def not_told(self, digests: Iterable[bytes]) -> None:
        """The answer for these could not be written either."""
        for digest in digests:
            self._remember(digest)

    @property
    def complete_to(self) -> GroupId:
        """Up to which group every answer was tried."""
        return GroupId(next(iter(self._open)) - 1) if self._open else self._last

    def _remember(self, digest: bytes) -> None:
        now = self._clock()
        self._failed = {each: until for each, until in self._failed.items() if until > now}
        self._failed[digest] = now + REMEMBERED_S
