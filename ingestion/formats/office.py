"""Conversion by LibreOffice, if installed, of formats that have no reader.

It runs without a window, with a profile of its own that forbids macros and links, on a copy in a temporary
folder, and for a minute at most.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from ingestion.bounds import LONGEST_CONVERSION
from ingestion.document import DocumentError
from ingestion.message import Text

_PROGRAMS = ("soffice", "libreoffice")
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""


def convert(data: bytes, name: str, kind: str, target: str, what: Text) -> bytes:
    """Return a file converted to another format.

    Args:
        data: The file's bytes.
        name: Its name, for messages.
        kind: The extension of its format, without the dot.
        target: The extension of the target format, `docx` or `xlsx`.
        what: The name of its format, for messages.

    Raises:
        DocumentError: If LibreOffice isn't installed, can't open the file, or takes too long.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise DocumentError(
            Text(
                f"{name}: {what.zh}，需要 LibreOffice 才能读取，本机没有安装（找不到 soffice 命令）；请用 WPS 或 Office 打开，另存为 .{target} 后再添加",
                f"{name}: {what.en}; it takes LibreOffice to read it, which is not installed here (no command soffice): open it in WPS or Office, save it as .{target} and add that",
            )
        )
    # Files that a killed child left open don't matter.
    with tempfile.TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True) as folder:
        converted = _run(program, Path(folder), data, kind, target)
        if isinstance(converted, bytes):
            return converted
    fault = (
        Text("转换超时", "took too long to convert it")
        if converted is None
        else Text("无法打开", "could not open it")
    )
    raise DocumentError(
        Text(
            f"{name}: {what.zh}，LibreOffice {fault.zh}；请用 WPS 或 Office 打开，另存为 .{target} 后再添加",
            f"{name}: {what.en}; LibreOffice {fault.en}: open it in WPS or Office, save it as .{target} and add that",
        )
    )


def _run(program: str, folder: Path, data: bytes, kind: str, target: str) -> bytes | bool | None:
    """Return the converted bytes, False if there are none, None if the time limit was reached."""
    source, results, profile = folder / f"source.{kind}", folder / "out", folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    source.write_bytes(data)
    command = [
        program,
        "--headless",
        "--nologo",
        "--norestore",
        "--nolockcheck",
        f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to",
        _FILTERS[target],
        "--outdir",
        str(results),
        str(source),
    ]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "TMPDIR": str(folder)},
        start_new_session=sys.platform != "win32",
    ) as process:
        try:
            process.wait(LONGEST_CONVERSION)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)
    result = results / f"source.{target}"
    return result.read_bytes() if result.is_file() else False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process group, because the command is a script that starts the actual program."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
