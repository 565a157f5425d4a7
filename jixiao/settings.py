"""The settings: all paths and environment variables of an installation."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion import reference
from ingestion.message import Text
from ingestion.project import IS_CHECKOUT, PROJECT_ROOT
from ingestion.reference import Reference

if TYPE_CHECKING:
    from ingestion.landing import Landing

PUBLISHED_SCHEMAS = ("core", "execution", "variance", "score", "review", "quality")
"""Schemas that a release holds; raw, staging and intermediate stay in the build."""

DuckDBConfig = dict[str, str | bool | int | float | list[str]]
"""What a DuckDB connection is opened with."""

MEMORY = "3GB"
"""Memory of DuckDB in a process unless `JIXIAO_MEMORY` says otherwise; what needs more goes to `var/tmp`. With Python,
dbt and the process of Dagster beside it, a build stays inside 4 GB."""


@dataclass(frozen=True)
class Retention:
    """How many releases are kept; one may count as the last, as that of its week, and as that of its month.

    Attributes:
        last: The newest.
        weekly: Weeks of which the newest release is kept.
        monthly: Months of which the newest release is kept.
    """

    last: int = 14
    weekly: int = 8
    monthly: int = 12

    @property
    def at_most(self) -> int:
        """The releases that are kept at most, without pinned ones."""
        return self.last + self.weekly + self.monthly

    @classmethod
    def load(cls) -> Retention:
        """Read the numbers from the environment.

        Raises:
            SettingsError: One isn't a number, or no release would be kept.
        """
        default = cls()
        return cls(
            _number("JIXIAO_KEEP_LAST", default.last, least=1),
            _number("JIXIAO_KEEP_WEEKLY", default.weekly),
            _number("JIXIAO_KEEP_MONTHLY", default.monthly),
        )


@dataclass(frozen=True)
class Alerts:
    """Where notices of builds are sent; nowhere unless a variable `JIXIAO_ALERT_…` names a channel.

    A wrong value is no error here: it must not stop a build. Sending the notice fails instead.

    Attributes:
        webhooks: The addresses of webhooks by format: `wecom`, `dingtalk`, `feishu`, `slack`.
        secrets: The secrets that sign the requests to `dingtalk` and `feishu`.
        smtp: The mail server: `smtp://user:password@host:port`, or `smtps://` for TLS from the start.
        mail: The recipients, separated by commas.
        sender: The sender of mails.
        command: A command that reads the notice as JSON from its standard input.
    """

    webhooks: dict[str, str] = field(default_factory=dict, repr=False)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    smtp: str = field(default="", repr=False)
    mail: str = ""
    sender: str = ""
    command: str = field(default="", repr=False)

    @property
    def is_on(self) -> bool:
        """Whether a channel is set."""
        return bool(self.webhooks or self.smtp or self.mail or self.command)

    @classmethod
    def load(cls) -> Alerts:
        """Read the channels from the environment."""
        return cls(
            webhooks=_set(
                wecom="JIXIAO_ALERT_WECOM",
                dingtalk="JIXIAO_ALERT_DINGTALK",
                feishu="JIXIAO_ALERT_FEISHU",
                slack="JIXIAO_ALERT_SLACK",
            ),
            secrets=_set(dingtalk="JIXIAO_ALERT_DINGTALK_SECRET", feishu="JIXIAO_ALERT_FEISHU_SECRET"),
            **_set(
                smtp="JIXIAO_ALERT_SMTP",
                mail="JIXIAO_ALERT_MAIL",
                sender="JIXIAO_ALERT_MAIL_FROM",
                command="JIXIAO_ALERT_COMMAND",
            ),
        )


_SIZE = re.compile(r"[1-9]\d*(?:\.\d+)? ?(?:[MGT](?:i?B)?|%)", re.IGNORECASE)
"""What DuckDB takes as a limit of memory, from a megabyte on."""


class SettingsError(ValueError):
    """A setting can't be used; the message names the variable and what it takes."""


def _set(**variables: str) -> dict[str, str]:
    """Return the values of the environment variables that are set, by the names given to them."""
    values = {name: os.environ.get(variable, "").strip() for name, variable in variables.items()}
    return {name: value for name, value in values.items() if value}


def _number(name: str, default: int, least: int = 0) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise SettingsError(
            Text(
                f"{name}：须为不小于 {least} 的整数，不能是 {text!r}",
                f"{name}: a whole number from {least} on is expected, not {text!r}",
            )
        )
    return int(text)


def _size(name: str, default: str) -> str:
    text = os.environ.get(name, "").strip()
    if text and not _SIZE.fullmatch(text):
        raise SettingsError(
            Text(
                f"{name}：须为带单位的内存大小，如 3GB、800MB，不能是 {text!r}",
                f"{name}: a size with its unit is expected, such as 3GB or 800MB, not {text!r}",
            )
        )
    return text or default


def _folder(name: str, default: Path) -> Path:
    # A file of settings isn't read by a shell, which would put the home of the user for `~`.
    return Path(os.environ.get(name) or default).expanduser().resolve()


@dataclass(frozen=True)
class Settings:
    """The folders of one installation.

    Attributes:
        project_root: The dbt project with its seeds: the checkout, or a folder of the installed package.
        var: Generated state: `JIXIAO_VAR`, by default `var/` of the home.
        landing: Documents of the user: `JIXIAO_LANDING`, by default `landing/` of the home.
        organization: `JIXIAO_ORGANIZATION`: the organization of documents that name none; blank asks.
        memory: `JIXIAO_MEMORY`: what each DuckDB process may take, as DuckDB writes it: `3GB`, `800MB`.
        threads: `JIXIAO_THREADS`: models that dbt builds at once.
        retention: `JIXIAO_KEEP_LAST`, `JIXIAO_KEEP_WEEKLY`, `JIXIAO_KEEP_MONTHLY`: how many releases are kept.
        alerts: `JIXIAO_ALERT_…`: where notices of builds are sent.
    """

    project_root: Path
    var: Path
    landing: Path
    organization: str = ""
    memory: str = MEMORY
    threads: int = 2
    retention: Retention = Retention()
    alerts: Alerts = Alerts()

    @classmethod
    def load(cls) -> Settings:
        """Read the settings from the environment.

        The home of an installation is `JIXIAO_HOME`, by default the checkout, or `~/jixiao` of an installed package.

        Raises:
            SettingsError: A number or a size can't be.
        """
        # Only the profile of dbt reads the port, which takes 0 for a text that is no number.
        _number("JIXIAO_SPARK_PORT", 0, least=1)
        home = _folder("JIXIAO_HOME", PROJECT_ROOT if IS_CHECKOUT else Path.home() / "jixiao")
        return cls(
            project_root=PROJECT_ROOT,
            var=_folder("JIXIAO_VAR", home / "var"),
            landing=_folder("JIXIAO_LANDING", home / "landing"),
            organization=os.environ.get("JIXIAO_ORGANIZATION", "").strip(),
            memory=_size("JIXIAO_MEMORY", MEMORY),
            threads=_number("JIXIAO_THREADS", cls.threads, least=1),
            retention=Retention.load(),
            alerts=Alerts.load(),
        )

    def landing_folder(self) -> Landing:
        """Return the landing folder, which adds, removes and lists documents."""
        # Help and queries do not need the readers of documents.
        from ingestion.landing import Landing  # noqa: PLC0415

        return Landing(self.landing, self.quarantine, self.raw_seeds)

    @property
    def reference(self) -> Reference:
        """The reference tables: the project's, with those of the installation laid over them."""
        return Reference(self.landing / reference.FOLDER, self.reference_seeds)

    @property
    def spill(self) -> Path:
        """The folder that DuckDB spills to; empty between the builds."""
        return self.var / "tmp"

    @property
    def duckdb(self) -> DuckDBConfig:
        """The bounds of a DuckDB connection that works on whole tables."""
        return {"memory_limit": self.memory, "temp_directory": str(self.spill)}

    @property
    def builds(self) -> Path:
        """Work folders of builds, one a build."""
        return self.var / "builds"

    @property
    def open_build(self) -> Path:
        """A link to the folder of the build at work: one path for all builds keeps dbt's partial parsing."""
        return self.builds / "open"

    @property
    def build_lock(self) -> Path:
        """Held by the process that builds; one build at a time."""
        return self.var / "build.lock"

    @property
    def dbt_target(self) -> Path:
        """The parsed dbt project: the manifest that the asset graph is drawn from."""
        return self.var / "dbt"

    @property
    def releases(self) -> Path:
        """Published releases, one folder a release."""
        return self.var / "releases"

    @property
    def pinned(self) -> Path:
        """A file for each release that is kept until it is unpinned, named after it."""
        return self.var / "pinned"

    @property
    def current(self) -> Path:
        """The link to the release that readers open."""
        return self.var / "current"

    @property
    def quarantine(self) -> Path:
        """Refused input, each with its reason."""
        return self.var / "quarantine"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own state: runs, event log, schedules."""
        return self.var / "dagster"

    @property
    def raw_store(self) -> Path:
        """The raw rows of the landed documents, as Parquet."""
        return self.var / "raw"

    @property
    def seeds(self) -> Path:
        """The sample and the reference tables."""
        return self.project_root / "seeds"

    @property
    def raw_seeds(self) -> Path:
        """The raw CSVs of the sample."""
        return self.seeds / "raw"

    @property
    def reference_seeds(self) -> Path:
        """The reference tables: classifications, rules, decisions on findings."""
        return self.seeds / "reference"
