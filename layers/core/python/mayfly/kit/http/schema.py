"""Words for JSON Schema, in which every document says what it looks like."""

Schema = dict[str, object]


def text(description: str = "", **more: object) -> Schema:
    """A string."""
    return _described({"type": "string", **more}, description)


def number(description: str = "", **more: object) -> Schema:
    """A whole number, not negative."""
    return _described({"type": "integer", "minimum": 0, **more}, description)


def flag(description: str = "") -> Schema:
    """True or false."""
    return _described({"type": "boolean"}, description)


def time(description: str = "") -> Schema:
    """A time in UTC, as `wire.times.stamp` writes it."""
    return text(description, format="date-time", examples=["2026-01-31T10:15:30Z"])


def precise_time(description: str = "") -> Schema:
    """A time in UTC, as `wire.times.precise_stamp` writes it."""
    return text(description, format="date-time", examples=["2026-01-31T10:15:30.000Z"])


def array(items: Schema, description: str = "") -> Schema:
    """A list of these."""
    return _described({"type": "array", "items": items}, description)


def record(
    properties: dict[str, Schema], description: str = "", optional: dict[str, Schema] | None = None
) -> Schema:
    """An object that always has these fields and may have the optional ones.

    Later versions may have more.
    """
    every = {**properties, **(optional or {})}
    shape: Schema = {"type": "object", "required": list(properties), "properties": every}
    return _described(shape, description)


def body(
    properties: dict[str, Schema], example: dict[str, object], required: tuple[str, ...] = ()
) -> Schema:
    """An object that somebody sends: with other fields it is refused."""
    rest: Schema = {"required": list(required), "additionalProperties": False}
    return {**record(properties), **rest, "examples": [example]}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def named(name: str) -> Schema:
    """One of the schemas that `wire.openapi` lists by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description} if description else schema
