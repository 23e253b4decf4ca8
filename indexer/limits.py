"""What the operating system lets a process take that reads inputs from anywhere.

The parsers have limits of their own (safety.py); these are for what nobody foresaw. Who exceeds one of memory gets a
MemoryError, who exceeds that of time dies.
"""

from __future__ import annotations

import resource

MOST_SECONDS = 60
"""Of processor time for one record. A page of the most tags that are let in takes seven seconds."""
MOST_MEMORY = 2 << 30
"""Bytes that a process may take beside what it was given for words. A JSON value of the largest size takes 250 MB."""


def limit_memory(words: int) -> None:
    """Let this process take MOST_MEMORY at most and what is meant for words, twice: writing them takes as much.

    Memory of its own is limited, and not what it maps of an index.
    """
    _lower(resource.RLIMIT_DATA, MOST_MEMORY + 2 * words)


def limit_time() -> None:
    """Let this process end when it takes MOST_SECONDS of processor time from now on; a busy machine is no harm.

    The limit is one on the time of the process's whole life, and so is moved on for each record.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + MOST_SECONDS)


def lift_time() -> None:
    """Let this process take the time that it needs."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def _lower(which: int, wanted: int) -> None:
    _, most = resource.getrlimit(which)
    resource.setrlimit(which, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
