"""Style of the SQL."""

from style.lint_sql import lint


def test_sql_is_clean() -> None:
    done = lint()
    assert done is None or done.returncode == 0, done.stdout
