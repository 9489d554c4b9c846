"""A message of the protocol as bytes, and back.

It travels as the name of its class and its fields, encoded by `codec`. What the learner's code
returned is a field among others: nothing in it is ever taken for a message.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from chainrule.workshop.guarded import answers, protocol
from chainrule.workshop.guarded.codec import Unreadable, pack, unpack
from chainrule.workshop.guarded.protocol import Message

MESSAGES: dict[str, type[Any]] = {
    name: each
    for module in (protocol, answers)
    for name, each in vars(module).items()
    if isinstance(each, type) and is_dataclass(each)
}
PLAIN = {"int": int, "str": str, "bool": bool, "float": (int, float), "bytes": bytes}
"""Types that are checked when a message is read; what the learner's code returned is not."""


def encode(message: Message, most_bytes: float = float("inf")) -> bytes:
    """The bytes of a message. Arrays that are larger come to a `Foreign`, which says so."""
    return pack(as_fields(message), most_bytes)


def as_fields(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = {"kind of message": type(message).__name__}
    for each in fields(message):
        value = getattr(message, each.name)
        if each.metadata.get("nested"):
            value = [*map(as_fields, value)] if isinstance(value, tuple) else as_fields(value)
        found[each.name] = value
    return found


def decode(data: bytes | memoryview) -> Message:
    """The message of these bytes; `Unreadable` where they are none of ours."""
    return of_fields(unpack(data))


def of_fields(found: Any) -> Message:
    try:
        kind = MESSAGES[found.pop("kind of message")]
        for each in fields(kind):
            value = found[each.name]
            if not isinstance(value, PLAIN.get(str(each.type), object)):
                raise Unreadable(f"{each.name} of {kind.__name__} is of another type")
            if each.metadata.get("nested"):
                many = isinstance(value, list)
                found[each.name] = tuple(map(of_fields, value)) if many else of_fields(value)
        return kind(**found)
    except (LookupError, TypeError, AttributeError) as fault:
        raise Unreadable(f"no message of ours: {fault}") from fault
