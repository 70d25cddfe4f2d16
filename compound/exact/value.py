"""Frozen values: what `dataclasses.dataclass(frozen=True)` gives, without code made at every start.

Each dataclass costs about 0.7 ms when its module is imported, and the package has some eighty: more than everything
else that `compound plan` does. A type checker sees the same class as with the decorator.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, dataclass_transform

T = TypeVar("T")
_NOTHING: Any = object()


class _Field:
    """The default of a field, and whether the field counts when two values are compared."""

    __slots__ = ("compare", "default", "factory")

    def __init__(self, default: Any, factory: Callable[[], Any] | None, compare: bool) -> None:
        self.default, self.factory, self.compare = default, factory, compare


def field(*, default: Any = _NOTHING, default_factory: Callable[[], Any] | None = None, compare: bool = True) -> Any:
    """A field whose default is made anew for each value, or that does not count when values are compared."""
    return _Field(default, default_factory, compare)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value:
    """A frozen value of named fields. A subclass annotates its fields; `__post_init__` may refuse bad input."""

    _fields: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, _Field]] = {}
    _compared: ClassVar[tuple[str, ...]] = ()
    _positional: ClassVar[bool] = True

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        # Annotations as they stand: inspect.get_annotations would import inspect, which costs more than it gives.
        own = [name for name, kind in cls.__dict__.get("__annotations__", {}).items() if "ClassVar" not in str(kind)]  # noqa: RUF063
        defaults = dict(cls._defaults)
        for name in own:
            if name in cls.__dict__:
                given = cls.__dict__[name]
                defaults[name] = given if isinstance(given, _Field) else _Field(given, None, True)
                delattr(cls, name)
        cls._fields = (*cls._fields, *(name for name in own if name not in cls._fields))
        cls._defaults = defaults
        cls._compared = tuple(n for n in cls._fields if n not in defaults or defaults[n].compare)
        cls._positional = not kw_only
        type.__setattr__(cls, "__match_args__", cls._fields if cls._positional else ())

    def __init__(self, *args: Any, **named: Any) -> None:
        values = self.__dict__
        if args:
            if len(args) > len(self._fields) or not self._positional:
                raise TypeError(f"{type(self).__name__} takes {len(self._fields)} fields")
            values.update(zip(self._fields, args, strict=False))
        for name, value in named.items():
            if name in values or name not in self._fields:
                raise TypeError(f"{type(self).__name__} has no field {name!r}, or it is given twice")
            values[name] = value
        if len(values) < len(self._fields):
            for name in self._fields:
                if name not in values:
                    default = self._defaults.get(name)
                    if default is None or (default.factory is None and default.default is _NOTHING):
                        raise TypeError(f"{type(self).__name__} lacks {name!r}")
                    values[name] = default.default if default.factory is None else default.factory()
        self.__post_init__()

    def __post_init__(self) -> None:
        """Refuses bad input at birth; nothing to refuse unless a subclass says so."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(self.__dict__[name] == other.__dict__[name] for name in self._compared)

    def __hash__(self) -> int:
        return hash((type(self), *(self.__dict__[name] for name in self._compared)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={self.__dict__[name]!r}' for name in self._fields)})"


def replace(value: T, /, **changes: Any) -> T:
    """A copy of a value with some fields changed, judged anew."""
    return type(value)(**{**{name: value.__dict__[name] for name in value._fields}, **changes})  # type: ignore[attr-defined]
