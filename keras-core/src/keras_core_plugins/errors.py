"""The errors of Keras Core: one family. Each says what came, what was expected, what to do.

The parts of a message are attributes as well, so that a program need not read the text.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NoReturn, TypeVar

from keras_core_plugins.names import OFFICIAL, closest, parse_request

_T = TypeVar("_T", bound="KerasCoreError")

_SHOWN: Final = 120


def shown(value: object) -> str:
    """``value`` as it may stand in a message: escaped, and cut if it is long."""
    text = ascii(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def listed(names: Iterable[str], nothing: str = "none") -> str:
    """Names for a message: ``a, b, c``."""
    return ", ".join(names) or nothing


_LONG = 500


class KerasCoreError(Exception):
    """The base of every error that Keras Core raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The constructors take the parts of the message, not the message, so the default,
        # which calls them with `args`, would fail in a worker process.
        return _rebuild, (type(self), self.args, dict(self.__dict__))


def _rebuild(cls: type[_T], args: tuple[Any, ...], state: dict[str, Any]) -> _T:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class CapabilityError(KerasCoreError, RuntimeError):
    """The backend cannot do what was asked, and said so beforehand."""

    def __init__(
        self, action: str, needs: str, *, backend: str, provider: str, state: str, cure: str
    ) -> None:
        """Make the message.

        Args:
            action: What was asked, such as ``"fit()"``.
            needs: The ability that it takes, such as ``"gradients"``.
            backend: The name of the backend.
            provider: Its distribution and version.
            state: What the backend is instead, such as ``"inference-only"``.
            cure: What to do, a full sentence.
        """
        self.action = action
        self.needs = needs
        self.backend = backend
        self.provider = provider
        super().__init__(
            f"{action} needs {needs}, and backend {shown(backend)} ({provider}) is {state}. {cure}"
        )


class UnsupportedOpError(KerasCoreError, NotImplementedError):
    """The backend has no way to do one operation."""

    def __init__(self, op: str, reason: str, *, backend: str | None = None) -> None:
        self.op = op
        self.reason = reason
        self.backend = backend
        where = "this backend" if backend is None else f"backend {shown(backend)}"
        super().__init__(f"{op}() is not supported on {where}: {reason}")


def unsupported(op: str, reason: str) -> Callable[..., NoReturn]:
    """A function to stand for an operation that an engine lacks.

    Give the reason, not the fact::

        eig = unsupported("eig", "the engine has no non-symmetric eigensolver")

    The check of the backend accepts it, and documentation lists it with its reason.
    """

    def raise_unsupported(*args: Any, **kwargs: Any) -> NoReturn:
        raise UnsupportedOpError(op, reason)

    raise_unsupported.__name__ = raise_unsupported.__qualname__ = op
    raise_unsupported.__doc__ = f"Not supported: {reason}"
    raise_unsupported.unsupported_reason = reason  # type: ignore[attr-defined]  # read by unsupported_reason()
    return raise_unsupported


def unsupported_reason(fn: object) -> str | None:
    """Why ``fn`` is not supported, if it was made by `unsupported`; else None."""
    reason = getattr(fn, "unsupported_reason", None)
    return reason if isinstance(reason, str) else None


class ExportError(KerasCoreError, RuntimeError):
    """A format cannot hold what was to be exported; what its writer raised is chained."""

    def __init__(self, format: str, what: str, reason: BaseException) -> None:
        """Make the message.

        Args:
            format: The name of the format.
            what: What it cannot hold, such as ``"the layer 'model/fft' (STFT)"``.
            reason: What the writer raised; where that came from another error, that one is told.
        """
        self.format = format
        self.what = what
        while reason.__cause__ is not None:
            reason = reason.__cause__
        said = " ".join(str(reason).split()) or "no reason given"
        super().__init__(
            f"The format {shown(format)} cannot hold {what}. {type(reason).__name__}: "
            f"{said if len(said) <= _LONG else said[: _LONG - 3] + '...'}"
        )


class ConfigFileError(KerasCoreError, ValueError):
    """The configuration file is there, and cannot be used."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(
            f"the configuration file {path} cannot be used: {problem}. Expected a JSON object "
            'such as {"backend": "torch"}. Mend it or delete it, or set KERAS_HOME to another '
            "directory."
        )


class BackendError(KerasCoreError):
    """The base of what can go wrong between the core and a backend."""

    @property
    def summary(self) -> str:
        """What is wrong in one line, for a table that names the backend elsewhere."""
        return str(self).partition("\n")[0]


class InvalidBackendNameError(BackendError, ValueError):
    """What was asked for cannot be the name of a backend."""

    def __init__(self, request: object, asked_by: str, known: Iterable[str] = ()) -> None:
        self.request = request
        self.asked_by = asked_by
        guess = closest(request, known) if isinstance(request, str) else None
        super().__init__(
            f"{asked_by} asks for backend {shown(request)}, which is not a name of a backend. "
            "Expected a letter followed by letters, digits and underscores, such as 'torch', or "
            "'distribution:name' to choose between distributions."
            + (f" Did you mean {guess!r}?" if guess else "")
        )


class BackendNotFoundError(BackendError, LookupError):
    """No installed distribution has a backend of that name."""

    def __init__(
        self,
        name: str,
        asked_by: str,
        installed: Iterable[str],
        *,
        distribution: str | None = None,
    ) -> None:
        self.name = name
        self.asked_by = asked_by
        self.distribution = distribution
        self.installed = tuple(installed)
        by = "" if distribution is None else f" of distribution {distribution!r}"
        parts = [f"{asked_by} asks for backend {name!r}{by}, which is not installed."]
        parts.append(f"Installed backends: {listed(self.installed)}.")
        guess = closest(name, {*self.installed, *OFFICIAL})
        if name in OFFICIAL:
            parts.append(f"To install it: pip install {distribution or OFFICIAL[name]}.")
        elif distribution is not None:
            parts.append(f"To install it: pip install {distribution}.")
        elif guess is not None:
            hint = "" if guess in self.installed else f" (pip install {OFFICIAL[guess]})"
            parts.append(f"Did you mean {guess!r}{hint}?")
        else:
            official = listed(d for n, d in OFFICIAL.items() if n not in self.installed)
            parts.append(
                "Install the distribution that provides it. Official ones that are not "
                f"installed: {official}."
            )
        if self.installed and name not in self.installed:
            parts.append("To use another: set KERAS_BACKEND to an installed one.")
        super().__init__(" ".join(parts))


class BackendImportError(BackendError, ImportError):
    """A backend was chosen and could not be loaded; the cause is chained."""

    def __init__(
        self,
        backend: str,
        *,
        distribution: str,
        version: str,
        entry_point: str,
        problem: str,
        pip: str,
        others: Iterable[str] = (),
    ) -> None:
        self.backend = backend
        self.distribution = distribution
        self.version = version
        self.entry_point = entry_point
        self.problem = problem
        self.pip = pip
        self.others = tuple(others)
        choices = (
            f" Other installed backends: {listed(self.others)} (choose with KERAS_BACKEND)."
            if self.others
            else ""
        )
        super().__init__(
            f"backend {backend!r} ({distribution} {version}, entry point {entry_point!r}) could "
            f"not be loaded: {problem}. To mend it: {pip}.{choices}"
        )

    @property
    def summary(self) -> str:
        """As in the base class."""
        return self.problem


class EngineVersionError(BackendError, ImportError):
    """The engine is there in a version that the backend does not work with."""

    def __init__(
        self,
        backend: str,
        *,
        distribution: str,
        version: str,
        engine: str,
        found: str,
        requires: str,
    ) -> None:
        self.backend = backend
        self.distribution = distribution
        self.version = version
        self.engine = engine
        self.found = found
        self.requires = requires
        super().__init__(
            f"backend {backend!r} ({distribution} {version}) needs {engine}{requires}, and "
            f"{engine} {found} is installed. To mend it: pip install '{engine}{requires}'"
        )

    @property
    def summary(self) -> str:
        """As in the base class."""
        return f"it needs {self.engine}{self.requires}, and {self.found} is installed"


class DuplicateBackendError(BackendError):
    """Two distributions claim one name, and the name alone was asked for."""

    def __init__(self, name: str, asked_by: str, claims: Sequence[tuple[str, str, str]]) -> None:
        """Make the message; a claim is a distribution, its version and its place."""
        self.name = name
        self.asked_by = asked_by
        self.claims = tuple(claims)
        who = " and ".join(f"{dist} {version} in {path}" for dist, version, path in self.claims)
        choices = " or ".join(f"{dist}:{name}" for dist, _, _ in self.claims)
        owner = OFFICIAL.get(name)
        reserved = "" if owner is None else f" (the name is reserved for {owner})"
        super().__init__(
            f"{asked_by} asks for backend {name!r}, which is claimed by {who}{reserved}. "
            f"Uninstall what you do not want, or name the distribution: KERAS_BACKEND={choices}"
        )


class BackendProtocolError(BackendError):
    """The plugin was written for a version of the protocol that is not spoken here."""

    def __init__(
        self,
        backend: str,
        *,
        distribution: str,
        version: str,
        protocol: tuple[int, int],
        ours: tuple[int, int],
    ) -> None:
        self.backend = backend
        self.distribution = distribution
        self.version = version
        self.protocol = protocol
        self.ours = ours
        theirs, here = (".".join(map(str, v)) for v in (protocol, ours))
        cure = "pip install --upgrade " + ("keras-core" if protocol[0] > ours[0] else distribution)
        super().__init__(
            f"backend {backend!r} ({distribution} {version}) is written for version {theirs} of "
            f"the backend protocol, and this keras-core speaks {here}; the first numbers have to "
            f"be equal. To mend it: {cure}"
        )

    @property
    def summary(self) -> str:
        """As in the base class."""
        return f"it is written for protocol {'.'.join(map(str, self.protocol))}"


class BackendConformanceError(BackendError):
    """A plugin, or the backend that it loaded, is not what the protocol says."""

    def __init__(self, backend: str, provider: str, problems: Iterable[str]) -> None:
        self.backend = backend
        self.provider = provider
        self.problems = tuple(problems)
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        count = len(self.problems)
        super().__init__(
            f"backend {backend!r} ({provider}) does not keep to the backend protocol: "
            f"{count} problem{'' if count == 1 else 's'}. Its authors have to mend "
            f"{'it' if count == 1 else 'them'}, or choose another backend with KERAS_BACKEND."
            f"{lines}"
        )

    @property
    def summary(self) -> str:
        """As in the base class."""
        return f"it does not keep to the protocol: {'; '.join(self.problems)}"


def start_over(requested: str) -> str:
    """What to do to get another backend than the one that is locked."""
    value = requested.strip() if parse_request(requested) else "its name"
    return (
        "A process has one backend from the first import of keras_core to its end: start a new "
        f"process, with KERAS_BACKEND={value} set before that import."
    )


class BackendLockedError(BackendError, RuntimeError):
    """The process already has a backend, for good."""

    def __init__(self, requested: str, active: str, *, reason: str, where: str) -> None:
        self.requested = requested
        self.active = active
        self.reason = reason
        self.where = where
        super().__init__(
            f"the backend cannot be changed to {shown(requested)}: {active!r} was locked at "
            f"{where}, because {reason}. {start_over(requested)}"
        )


class BackendNotLockedError(BackendError, RuntimeError):
    """Something needs the backend of the process before there is one."""


class BackendChangedWarning(UserWarning):
    """``KERAS_BACKEND`` was changed after the backend was locked; the change has no effect."""
