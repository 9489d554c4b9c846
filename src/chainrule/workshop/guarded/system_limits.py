"""What the guarded process may take of the machine; the limits that the system itself keeps."""

from __future__ import annotations

import math
import sys
from pathlib import Path


def set_limits(seconds: float, memory: int) -> None:
    """Limit processor time, memory beyond what is in use now, and the size of files."""
    if sys.platform == "win32":
        return
    import resource

    spent = resource.getrusage(resource.RUSAGE_SELF)
    processor = math.ceil(spent.ru_utime + spent.ru_stime + seconds) + 1
    wanted = {  # the soft limit tells by SIGXCPU that it was the time, the hard one only kills
        resource.RLIMIT_CPU: processor,
        resource.RLIMIT_FSIZE: memory,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":
        wanted[resource.RLIMIT_AS] = address_space() + memory
    for kind, limit in wanted.items():
        hard = resource.getrlimit(kind)[1]
        beyond = limit + (kind == resource.RLIMIT_CPU)
        most = beyond if hard == resource.RLIM_INFINITY else min(beyond, hard)
        resource.setrlimit(kind, (min(limit, most), most))


def address_space() -> int:
    """Bytes of address space that this process has now."""
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()
