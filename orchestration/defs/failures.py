"""Errors of a build's stages as failures of Dagster's steps."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from jixiao.builds.engine import ERRORS


@contextmanager
def failures() -> Iterator[None]:
    """Turn errors of a stage into failures without retries: the same input fails in the same way.

    Raises:
        Failure: A stage failed; the description is its message.
    """
    try:
        yield
    except ERRORS as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
