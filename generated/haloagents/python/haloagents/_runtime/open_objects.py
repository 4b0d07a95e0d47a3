"""Objects with declared members and any number of others, all of one type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, dataclass_transform

import msgspec

ADDITIONAL = "additional_properties"


def others(*, default_factory: Callable[[], Any]) -> Any:
    """The default of `additional_properties`."""
    return msgspec.field(default_factory=default_factory)


@dataclass_transform(kw_only_default=True, field_specifiers=(others,))
class OpenObject:
    """An object of an API whose other members are in `additional_properties`.

    No struct: msgspec would leave out what a struct does not declare. `rename` is a struct's.
    """

    __declared__: ClassVar[type[msgspec.Struct]]
    __others__: ClassVar[type[msgspec.Struct]]

    def __init_subclass__(cls, rename: str | Mapping[str, str] | None = None) -> None:
        kinds = dict(cls.__annotations__)
        rest = [(ADDITIONAL, kinds.pop(ADDITIONAL))]
        fields: list[Any] = [
            (name, kind, vars(cls)[name]) if name in vars(cls) else (name, kind)
            for name, kind in kinds.items()
        ]
        name, module = cls.__name__, cls.__module__
        settings: Any = {"rename": rename, "kw_only": True}
        cls.__declared__ = msgspec.defstruct(name, fields, module=module, **settings)
        cls.__others__ = msgspec.defstruct(name, rest, module=module)

    def __init__(self, /, **members: Any) -> None:
        rest = dict(members.pop(ADDITIONAL, {}))
        declared = self.__declared__(**members)
        self.__dict__.update({name: getattr(declared, name) for name in declared.__struct_fields__})
        self.__dict__[ADDITIONAL] = rest

    @classmethod
    def __from_wire__(cls, value: Any, convert: Callable[[Any, Any], Any]) -> Any:
        """The object in plain JSON data. Raises `msgspec.ValidationError`."""
        declared = convert(value, cls.__declared__)
        known = set(declared.__struct_encode_fields__)
        rest = {name: member for name, member in value.items() if name not in known}
        read = convert({ADDITIONAL: rest}, cls.__others__)
        members = {name: getattr(declared, name) for name in declared.__struct_fields__}
        return cls(**members, **{ADDITIONAL: getattr(read, ADDITIONAL)})

    def __to_wire__(self) -> dict[str, Any]:
        """The members by what they are called on the wire, those left out left out."""
        kind = self.__declared__
        names = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
        members = {wire: self.__dict__[name] for wire, name in names}
        whole = {**self.__dict__[ADDITIONAL], **members}
        return {name: value for name, value in whole.items() if value is not msgspec.UNSET}

    __hash__ = None  # type: ignore[assignment]  # its members change

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if type(self) is type(other) else NotImplemented

    def __repr__(self) -> str:
        members = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({members})"
