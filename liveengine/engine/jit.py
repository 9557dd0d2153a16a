"""How the kernel's functions are compiled. Runs on: anywhere.

numba's way of compiling a function anew for each constant and each width of integer that it is called with would make
ten versions of some; here a function has one.
"""

from collections.abc import Callable
from typing import Any

from liveengine.engine import cache  # noqa: F401  # sets numba's cache folder, so it comes before numba

from numba import njit, types  # isort: skip
from numba.core.compiler import Compiler  # isort: skip

OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
FUNCTIONS: list[Any] = []  # every function of the kernel, callees first


class Separate(Compiler):
    """numba's compiler, told that a function's arrays never overlap (numba has the flag but no option for it)."""

    def __init__(self, typing: Any, target: Any, library: Any, args: Any, returns: Any, flags: Any, names: Any) -> None:
        flags.noalias = True
        super().__init__(typing, target, library, args, returns, flags, names)


def _widen(kind: Any) -> Any:
    """Return the type of an argument without its value, and signed integers as int64."""
    kind = types.unliteral(kind)
    return types.int64 if isinstance(kind, types.Integer) and kind.signed else kind


def _decorator(keep: Callable[[Any], Any], **options: Any) -> Callable[[Callable[..., Any]], Any]:
    def decorate(function: Callable[..., Any]) -> Any:
        compiled = njit(**OPTIONS, **options)(function)
        template = compiled.get_call_template
        compiled.get_call_template = lambda args, kws: template(
            tuple(keep(kind) for kind in args), {name: keep(kind) for name, kind in kws.items()}
        )
        FUNCTIONS.append(compiled)
        return compiled

    return decorate


realtime = _decorator(_widen)
part = _decorator(_widen, inline="always")  # used in one place: compiled as a part of its caller
loop = _decorator(types.unliteral, pipeline_class=Separate)  # vector code: exact types, arrays that never overlap
reduction = _decorator(types.unliteral, fastmath={"reassoc"})  # sums in any order: for meters only
