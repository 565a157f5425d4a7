"""The hooks that run after a step: the report of a failed build, and notices."""

import dagster as dg

from jixiao.builds.notices import notify
from jixiao.builds.record import RELEASED, RUNNING, UNCHANGED, Quarantined
from jixiao.builds.session import BuildSession
from jixiao.builds.set_aside import set_aside


@dg.failure_hook(required_resource_keys={"build"})
def report_failure(context: dg.HookContext) -> None:
    """Write a report into the folder of the build, set aside the documents that caused the failure, and send a notice.

    The inbox's sensor then requests a build of the rest.
    """
    build: BuildSession = context.resources.build
    if not build.is_open or build.is_interrupted():
        return
    aside: list[Quarantined] = []
    # A build on a cluster has already reported its failure.
    if build.record.status == RUNNING:
        report = build.fail(context.op_exception, context.run_id)
        context.log.error(f"the build failed; read {report}")
        aside = set_aside(build)
    for entry in aside:
        context.log.warning(f"set aside: {entry.source}: {entry.reason}")
    for line in notify(build, aside):
        context.log.warning(line)


@dg.success_hook(required_resource_keys={"build"})
def report_end(context: dg.HookContext) -> None:
    """Send a notice after the last step of a build, if it went without documents or found new errors."""
    build: BuildSession = context.resources.build
    if build.is_open and build.record.status in {RELEASED, UNCHANGED}:
        for line in notify(build):
            context.log.warning(line)
