"""The hook that runs after a failed step."""

import dagster as dg

from jixiao.builds.session import BuildSession
from jixiao.builds.set_aside import set_aside


@dg.failure_hook(required_resource_keys={"build"})
def report_failure(context: dg.HookContext) -> None:
    """Write a report into the folder of the build, and set aside the documents that caused the failure.

    The inbox's sensor then requests a build of the rest.
    """
    build: BuildSession = context.resources.build
    if build.is_open:
        report = build.fail(context.op_exception, context.run_id)
        context.log.error(f"the build failed; read {report}")
        for entry in set_aside(build):
            context.log.warning(f"set aside: {entry.source}: {entry.reason}")
