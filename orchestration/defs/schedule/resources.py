"""The resource that the steps of a run share."""

from collections.abc import Iterator

import dagster as dg

from jixiao.builds.session import BuildSession
from jixiao.settings import Settings


@dg.resource(description="The build of this run: its lock, its folder, its record.")
def build(_: dg.InitResourceContext) -> Iterator[BuildSession]:
    """Yield one build for all steps of a run; the first step opens it."""
    session = BuildSession(Settings.load())
    try:
        yield session
    finally:
        session.close()
