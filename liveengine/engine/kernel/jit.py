"""How the kernel's functions are compiled. Runs on: anywhere.

Compiling is what a first start waits for, so nothing is compiled that nobody calls. numba would compile a function anew
for each constant and each width of integer that it is called with: here it has one version. numba would make machine
code and a Python entry for every function: here only those that Python calls have them, and the others exist as
optimised intermediate code inside their callers. Nor is there any reference counting: a function that would need the
allocator does not compile.

A few functions are parts: `liveengine.engine.compile` compiles them in several processes at once, and their
intermediate code is kept in files, for the process that links everything.
"""

import itertools
import secrets
from collections.abc import Callable
from typing import Any

from liveengine.engine import cache  # noqa: F401  # sets numba's cache folder, so it comes before numba

from llvmlite.binding import Linkage, parse_bitcode  # isort: skip
from numba import njit, types  # isort: skip
from numba.core.bytecode import FunctionIdentity  # isort: skip
from numba.core.caching import Cache, CompileResultCacheImpl  # isort: skip
from numba.core.codegen import JITCodeLibrary  # isort: skip
from numba.core.compiler import Compiler, compile_result  # isort: skip

# Code of several processes is linked: each numbers its functions from a place of its own, for different names.
FunctionIdentity._unique_ids = itertools.count(secrets.randbits(60))

OPTIONS = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "forceinline": False}  # not its caller's
FUNCTIONS: list[Any] = []  # every function of the kernel


class Fragment(JITCodeLibrary):
    """A function's intermediate code, to be linked into its callers; no machine code, no entry for Python.

    It holds no copy of what it calls. Whoever makes machine code gets it with all that it calls, however deep.
    """

    def _optimize_functions(self, module: Any) -> None:
        """As numba does, but with one set of passes for all functions, and none for what is only declared."""
        module.data_layout = self._codegen._data_layout
        passes, builder = self._codegen._function_pass_manager()
        for function in module.functions:
            if not function.is_declaration:
                passes.run(function, builder)

    def finalize(self) -> None:
        """Leave linking and optimising to the caller with machine code, who does everything at once."""
        self._finalize_dynamic_globals()
        self._finalized = True

    _shared_module: Any

    def _get_module_for_linking(self) -> Any:
        if self._shared_module is None:
            self._ensure_finalized()
            linked = self._own().clone()
            for library in self._called()[1:]:
                own = library._own() if isinstance(library, Fragment) else library._get_module_for_linking()
                linked.link_in(own, preserve=True)
            self._shared_module = linked
        return self._shared_module

    def _own(self) -> Any:
        """Return its own code alone, to be linked any number of times."""
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.external:
                function.linkage = Linkage.linkonce_odr
        return self._final_module

    def _called(self) -> list[Any]:
        """Return this and all libraries that it calls, however deep, each once."""
        found: dict[Any, None] = {}
        todo: list[Any] = [self]
        while todo:
            library = todo.pop()
            if library not in found:
                found[library] = None
                todo += library._linking_libraries if isinstance(library, Fragment) else []
        return list(found)

    def serialize_using_object_code(self) -> tuple[str, bytes]:
        """Return its name and its intermediate code, with all that it calls."""
        return self.name, self._get_module_for_linking().as_bitcode()

    def restore(self, code: bytes) -> None:
        """Become what was written to a file."""
        self._final_module = self._shared_module = parse_bitcode(code)
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Return no address: Python cannot call this function."""
        return 0

    @property
    def codegen(self) -> Any:
        """What numba asks to set the function's environment: it has none."""
        return self

    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing: no constant of the kernel is a Python object."""


class Leaf(Fragment):
    """A fragment that is optimised by itself, while its arguments are still known not to overlap."""

    def finalize(self) -> None:
        """Link and optimise, but make no machine code."""
        JITCodeLibrary.finalize(self)

    def _finalize_final_module(self) -> None:
        super().finalize()


class Inner(Compiler):
    """numba's compiler for functions that only compiled code calls."""

    kind = Fragment

    def __init__(self, typing: Any, target: Any, library: Any, args: Any, returns: Any, flags: Any, names: Any) -> None:
        super().__init__(typing, target, self.kind(target.codegen(), "fragment"), args, returns, flags, names)


class Separate(Inner):
    """The same for vector code, told that arrays never overlap (numba has the flag but no option for it)."""

    kind = Leaf

    def __init__(self, typing: Any, target: Any, library: Any, args: Any, returns: Any, flags: Any, names: Any) -> None:
        flags.noalias = True
        super().__init__(typing, target, library, args, returns, flags, names)


class Kept(CompileResultCacheImpl):
    """What numba calls to read a part from its file."""

    def rebuild(self, target: Any, stored: Any) -> Any:
        """Return the part as if it had been compiled in this process."""
        (name, code), description, environment, signature = stored[:4]
        library = Fragment(target.codegen(), name)
        library.restore(code)
        return compile_result(
            target_context=target,
            typing_context=target.typing_context,
            library=library,
            entry_point=target.get_executable(library, description, environment),
            fndesc=description,
            environment=environment,
            signature=signature,
            objectmode=False,
        )


class Parts(Cache):
    """numba's cache, for parts."""

    _impl_class = Kept


def _widen(kind: Any) -> Any:
    """Return the type of an argument without its value, and signed integers as int64."""
    kind = types.unliteral(kind)
    return types.int64 if isinstance(kind, types.Integer) and kind.signed else kind


def _decorator(keep: Callable[[Any], Any], **options: Any) -> Callable[[Callable[..., Any]], Any]:
    def decorate(function: Callable[..., Any]) -> Any:
        compiled = njit(**{**OPTIONS, **options})(function)
        template = compiled.get_call_template
        compiled.get_call_template = lambda args, kws: template(
            tuple(keep(kind) for kind in args), {name: keep(kind) for name, kind in kws.items()}
        )
        FUNCTIONS.append(compiled)
        return compiled

    return decorate


_INNER = {"no_cpython_wrapper": True, "_nrt": False}
realtime = _decorator(_widen, cache=True)  # Python may call it
inner = _decorator(_widen, **_INNER, pipeline_class=Inner)  # only compiled code may call it
hot = _decorator(
    _widen, **_INNER, pipeline_class=Inner, forceinline=True
)  # the same; no call: there are many arguments
view = _decorator(_widen, no_cpython_wrapper=True, pipeline_class=Inner)  # the same, for those that use `carray`


def part(function: Callable[..., Any]) -> Any:
    """As `inner`, and kept in a file: another process may have compiled it."""
    compiled = inner(function)
    compiled._cache = Parts(function)
    return compiled


loop = _decorator(types.unliteral, **_INNER, pipeline_class=Separate)  # vector code over exact types
reduction = _decorator(  # sums in any order: for meters only
    types.unliteral, **_INNER, pipeline_class=Separate, fastmath={"reassoc"}
)
