"""Kernel: a function of numbers and arrays that is compiled when it is first called."""

import hashlib
import inspect
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

OPTIONS: dict[str, Any] = {
    "nogil": True,  # two threads run kernels at once
    "no_cfunc_wrapper": True,  # nobody calls kernels from C, and each takes time to compile
    "error_model": "numpy",  # 1 / 0 is infinite, as in numpy
    "fastmath": ("arcp", "contract", "nsz", "reassoc"),  # not nnan or ninf: brains are checked for what is not finite
}
"""How kernels are compiled."""


class Kernel(Generic[_Arguments, _Result]):
    """A function that numba compiles, from the types of its first call on.

    Neither numba nor the compiled code is loaded before. A kernel may call others by their names; inside a kernel they
    are compiled into it. With NUMBA_DISABLE_JIT=1 the function runs as it is written.

    What was compiled is kept on disk, in a folder named by a hash of the files of the kernel and of all that it calls,
    so that an edit anywhere among them is compiled anew. numba itself tells machines and its own versions apart.

    Args:
        function: of numbers and C-ordered arrays.
    """

    options: ClassVar[dict[str, Any]] = OPTIONS

    def __init__(self, function: Callable[_Arguments, _Result]) -> None:
        self.__name__, self.__doc__ = function.__name__, function.__doc__
        self.__module__, self.__qualname__ = function.__module__, function.__qualname__
        self.function = function
        self._dispatcher: Callable[_Arguments, _Result] | None = None

    def __call__(self, *arguments: _Arguments.args, **keywords: _Arguments.kwargs) -> _Result:
        """Run the compiled function; from the second call on, numba's dispatcher stands in the place of this method."""
        return self.dispatcher(*arguments, **keywords)

    @property
    def dispatcher(self) -> Callable[_Arguments, _Result]:
        """What numba made of the function; the function itself while kernels are interpreted that are not loaded."""
        return self.function if _interpreting and self._dispatcher is None else self.load()

    def load(self) -> Callable[_Arguments, _Result]:
        """Return what numba made of the function."""
        if self._dispatcher is None:
            self._dispatcher = _dispatcher_of(self)
            setattr(type(self), "__call__", staticmethod(self._dispatcher))  # noqa: B010 - spares a call of this one
        return self._dispatcher

    def callees(self) -> Iterator["Kernel[..., Any]"]:
        """Return the kernels that this one calls, and those that they call, itself first."""
        found: dict[int, Kernel[..., Any]] = {id(self): self}
        waiting: list[Kernel[..., Any]] = [self]
        while waiting:
            code = waiting.pop().function
            for name in code.__code__.co_names:
                callee = code.__globals__.get(name)
                if isinstance(callee, Kernel) and id(callee) not in found:
                    found[id(callee)] = callee
                    waiting.append(callee)
        return iter(found.values())


_interpreting: list[None] = []  # as many as there are contexts that ask for it
_waiting: list[Callable[[], None]] = []  # to be called before something is compiled


@contextmanager
def interpreted() -> Iterator[None]:
    """Run kernels that are not loaded yet as they are written: for a few calls that is quicker than to load numba."""
    _interpreting.append(None)
    try:
        yield
    finally:
        _interpreting.pop()


def before_compiling(call: Callable[[], None]) -> None:
    """Call a function once, before the first kernel is compiled that is not kept on disk; never if all are."""
    _waiting[:] = [call]


def kernel(function: Callable[_Arguments, _Result]) -> Kernel[_Arguments, _Result]:
    """Make a kernel of a function, of a class of its own."""
    return _kernel_with(OPTIONS, function)


def exact_kernel(function: Callable[_Arguments, _Result]) -> Kernel[_Arguments, _Result]:
    """Make a kernel whose operations are rounded one by one, as written: its numbers are to the bit those of numpy."""
    return _kernel_with({**OPTIONS, "fastmath": ()}, function)


def _kernel_with(options: dict[str, Any], function: Callable[_Arguments, _Result]) -> Kernel[_Arguments, _Result]:
    own = type(function.__name__, (Kernel,), {"options": options})
    made: Kernel[_Arguments, _Result] = own(function)
    return made


def _dispatcher_of(one: Kernel[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    import numba

    if numba.config.DISABLE_JIT:
        return one.function
    _prepare_numba()
    before, kept = numba.config.CACHE_DIR, _can_be_kept(one)
    if kept:
        numba.config.CACHE_DIR = str(_folder(before) / _fingerprint(one))
    try:
        options = {**one.options, "fastmath": set(one.options["fastmath"])}
        made = numba.njit(cache=kept, **options)(one.function)
    finally:
        numba.config.CACHE_DIR = before
    given = made.get_call_template
    # A number that is written in a call is of the type of all others, or the callee would be compiled for it alone.
    made.get_call_template = lambda args, named: given(tuple(map(numba.types.unliteral, args)), named)
    compiled: Callable[_Arguments, _Result] = made
    return compiled


def _can_be_kept(one: Kernel[..., Any]) -> bool:
    """Return whether a later process will find the modules in which a kernel and all that it calls are written.

    It does not where they are written in a notebook, which has no file for a cell.
    """
    functions = [each.function for each in one.callees()]
    return all(each.__module__ in sys.modules and Path(inspect.getfile(each)).is_file() for each in functions)


@cache
def _prepare_numba() -> None:
    """Let kernels call kernels, and hear of what is compiled."""
    from numba.core import event, types
    from numba.extending import typeof_impl

    logging.getLogger("numba").setLevel(logging.WARNING)  # whoever logs all would get each kernel's bytecode

    class Compilation(event.Listener):  # type: ignore[misc]
        def on_start(self, _: Any) -> None:
            while _waiting:
                _waiting.pop()()

        def on_end(self, _: Any) -> None:
            pass

    typeof_impl.register(Kernel)(lambda callee, _context: types.Dispatcher(callee.load()))
    event.register("numba:compile", Compilation())


def _fingerprint(one: Kernel[..., Any]) -> str:
    """Return a hash of the options, and of the files in which a kernel and all that it calls are written."""
    told = hashlib.blake2b(repr(OPTIONS).encode(), digest_size=12)
    for file in sorted({inspect.getfile(each.function) for each in one.callees()}):
        told.update(Path(file).read_bytes())
    return told.hexdigest()


@cache
def _folder(given: str) -> Path:
    """Return where compiled kernels are kept: in their folder, or for this run alone where that cannot be written."""
    folder = cache_folder(given)
    return folder if is_writable(folder) else Path(tempfile.mkdtemp(prefix="tracelife-kernels-"))


def cache_folder(given: str | None = None) -> Path:
    """Return where compiled kernels are to be kept: where numba is told to, else in the user's cache."""
    told = os.environ.get("NUMBA_CACHE_DIR", "") if given is None else given
    cache_home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(told or Path(cache_home) / "tracelife" / "kernels")


def is_writable(folder: Path) -> bool:
    """Make a folder if it is missing, and return whether files can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
