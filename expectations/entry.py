"""A yml mapping of a suite file, with errors that name its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml


class SuiteError(ValueError):
    """A suite file is malformed; the message names the file and the entry."""


@dataclass
class Entry:
    """A yml mapping with its place in the file, for error messages."""

    where: str
    content: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Entry:
        """Read a file that holds a mapping."""
        where = f"{path.parent.name}/{path.name}"
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise SuiteError(f"{where}: not readable as yml: {error}") from error
        return cls(where, {}).nested("", content)

    def nested(self, where: str, content: Any) -> Entry:
        """Return a nested entry, which must be a mapping too."""
        entry = Entry(f"{self.where}, {where}" if where else self.where, content)
        if not isinstance(content, dict):
            entry.fail(f"must be a mapping, not {type(content).__name__}")
        return entry

    def child(self, key: str) -> Entry:
        """Return the mapping of a key."""
        return self.nested(f"'{key}'", self.content.get(key))

    def label(self, text: str) -> None:
        """Add a name to the place."""
        self.where += f" ({text})"

    def fail(self, message: str) -> NoReturn:
        """Raise an error that begins with the place."""
        raise SuiteError(f"{self.where}: {message}")

    def allow(self, *keys: str) -> None:
        """Refuse any other key as a typing error."""
        unknown = self.content.keys() - set(keys)
        if unknown:
            self.fail(f"unknown key {', '.join(sorted(map(str, unknown)))}; known are {', '.join(keys)}")

    def optional_text(self, key: str) -> str | None:
        """Return a text, or None if the key is absent."""
        return self.text(key) if key in self.content else None

    def text(self, key: str) -> str:
        """Return a required text."""
        value = self.content.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(f"'{key}' is missing or blank")
        return value.strip()

    def sequence(self, key: str) -> list[Any]:
        """Return a list, empty if the key is absent."""
        value = self.content.get(key) or []
        if not isinstance(value, list):
            self.fail(f"'{key}' must be a list, not {type(value).__name__}")
        return value
