"""What happens when a step of the build fails."""

import dagster as dg

from jixiao.builds.session import BuildSession


@dg.failure_hook(required_resource_keys={"build"})
def report_failure(context: dg.HookContext) -> None:
    """Leave a readable report in the folder of the build and say where it is."""
    build: BuildSession = context.resources.build
    if build.is_open:
        report = build.fail(context.op_exception, context.run_id)
        context.log.error(f"the build failed; read {report}")
