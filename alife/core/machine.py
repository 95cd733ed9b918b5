"""Machine: how much memory a run may take here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")
_V2, _V1 = ("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")


def free_memory() -> int | None:
    """Return how many bytes of memory are free: of the machine, and of the control groups this process is in.

    What only caches files counts as free. Where the system does not say, it is all that the machine has; None where it
    does not say even that.
    """
    return min([_free_of_machine(), *_free_of_groups()], key=lambda free: float("inf") if free is None else free)


def _free_of_machine() -> int | None:
    with suppress(OSError, ValueError, StopIteration):
        return _proc_bytes("meminfo", "MemAvailable:")
    with suppress(AttributeError, OSError, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _proc_bytes(file: str, name: str) -> int:
    """Return what a line of a file of /proc says in kB."""
    lines = (Path("/proc") / file).read_text(encoding="utf-8").splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith(name)))


def _free_of_groups() -> Iterator[int]:
    """Yield what each control group with a limit leaves, the own one and those around it."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            root, names = (_GROUPS, _V2) if not controllers else (_GROUPS / "memory", _V1)
            if controllers and "memory" not in controllers.split(","):
                continue
            own = root / path.strip("/")
            for folder in (own, *own.parents):
                with suppress(OSError, ValueError):
                    yield _free_of_group(folder, *names)
                if folder == root:
                    break


def _free_of_group(folder: Path, most: str, used: str) -> int:
    """Return what a control group leaves; raise ValueError where it has no limit."""
    limit, held = (int((folder / name).read_text(encoding="utf-8")) for name in (most, used))
    stat = dict(line.split() for line in (folder / "memory.stat").read_text(encoding="utf-8").splitlines())
    return max(0, limit - held + int(stat.get("inactive_file", 0)))


@contextmanager
def at_most(more: int | None) -> Iterator[None]:
    """Let this process take no more than so many bytes beyond those it has, where the system can see to it.

    Whoever asks for more gets a MemoryError, rather than an end by the system. None is no limit.
    """
    before = None
    if more is not None:
        with suppress(ImportError, OSError, ValueError, StopIteration, AttributeError):
            import resource

            held = _proc_bytes("self/status", "VmData:")
            soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
            if soft == resource.RLIM_INFINITY or held + more < soft:
                resource.setrlimit(resource.RLIMIT_DATA, (held + more, hard))
                before = soft, hard
    try:
        yield
    finally:
        if before is not None:
            resource.setrlimit(resource.RLIMIT_DATA, before)
