"""How often each client may ask: a window's count for each, held in memory that all processes of a server share.

Fixed windows: simple, exact over all processes, and what a client is told (how many are left, until when) is true. At
the border of two windows a client may ask twice as often for a moment.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import time
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from index.errors import SettingsInvalid

SLOTS = 1 << 16
"""Counters. Two clients that meet in one share a limit: of 1,000 at a time, 8 do."""
_RATE = re.compile(r"(?P<most>[1-9]\d{0,8})\s*(?:/|per)\s*(?P<unit>second|minute|hour|day)", re.ASCII)
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` questions in each window of `seconds`."""

    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a client has left in this window, which ends in `seconds`; `exceeded` when it has asked once too often."""

    left: int
    seconds: int
    exceeded: bool


def read_rate(text: str) -> Rate:
    """The rate that `120/minute` names. Raises SettingsInvalid when it names none."""
    found = _RATE.fullmatch(text.strip())
    if found is None:
        raise SettingsInvalid(f"rate: {text!r} is no rate; write 120/minute, or so many a second, hour or day")
    return Rate(int(found["most"]), _SECONDS[found["unit"]])


class Limiter:
    """Counts what clients ask. Processes that are forked after it was made count together."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._lock = get_context("fork").Lock()
        self._counters = np.frombuffer(mmap.mmap(-1, SLOTS * 16), np.int64).reshape(SLOTS, 2)

    def allowance(self, client: str, now: float | None = None) -> Allowance:
        """Count one more question of a client, at `now` (seconds since 1970)."""
        moment = time.time() if now is None else now
        window = int(moment // self.rate.seconds)
        name = hashlib.blake2b(client.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        counter = self._counters[int.from_bytes(name, "little") % SLOTS]
        with self._lock:
            if counter[0] != window:
                counter[:] = window, 0
            counter[1] += 1
            asked = int(counter[1])
        left = max(self.rate.most - asked, 0)
        until = int((window + 1) * self.rate.seconds - moment) + 1
        return Allowance(left, min(until, self.rate.seconds), asked > self.rate.most)
