"""The folder of the dbt project: the checkout, or its copy in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[1]

IS_CHECKOUT = (_CHECKOUT / "dbt_project.yml").is_file()

PROJECT_ROOT = _CHECKOUT if IS_CHECKOUT else _CHECKOUT / "jixiao" / "project"
"""Models, macros and seeds. Nothing is written there."""
