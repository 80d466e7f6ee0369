"""LibreOffice without network, home and settings: it fetches what a file names (security 0.4, appendix C)."""

from __future__ import annotations

import logging
import shutil
import subprocess
from functools import cache
from pathlib import Path

log = logging.getLogger("makegood.reading")

SECONDS = 90
# what a process may write to, as the child that reads has it; addresses alone have a wider fence
LIMITS = ["prlimit", "--data=1073741824", "--as=4294967296", "--cpu=60", "--fsize=209715200", "--nofile=256"]
TOLD_LIMITS = "a minute and 1 GB"
BLOCKED = (
    "BlockUntrustedRefererLinks",
    "DisableMacrosExecution",
    "DisableActiveContent",
)


def as_pdf(source: Path, *, suffix: str, folder: Path) -> Path | None:
    """The office file as PDF, or None where LibreOffice or a jail for it is missing, or it fails."""
    jail = _jail()
    if jail is None:
        return None
    out, profile = folder / "office", folder / "profile"
    out.mkdir(exist_ok=True)
    named = folder / f"in{suffix}"
    shutil.copyfile(source, named)
    _write_profile(profile)
    command = [*LIMITS, "timeout", "-k", "5", str(SECONDS), *_inside(jail, named, out, profile)]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder)}
    try:
        ended = subprocess.run(  # noqa: S603  fixed programs, paths of our own
            command, env=environment, timeout=SECONDS + 10, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    made = out / "in.pdf"
    if made.exists():
        return made
    log.warning("LibreOffice ended with %s: %s", ended.returncode, ended.stderr[-300:])
    return None


def is_there() -> bool:
    """Whether office files can be turned into PDF here: LibreOffice, in a jail that works."""
    return _jail() is not None


def name() -> str:
    """The jail's program, for who looks after the machine."""
    return _jail() or "none"


@cache
def _jail() -> str | None:
    """The jail that works on this machine: "bwrap", "unshare" or none."""
    if not shutil.which("soffice") or not shutil.which("prlimit"):
        return None
    trials = {
        "bwrap": ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"],
        "unshare": ["unshare", "-r", "-n", "true"],
    }
    for name, command in trials.items():
        if not shutil.which(name):
            continue
        trial = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  fixed commands
        if trial.returncode == 0:
            return name
    log.warning(
        "LibreOffice is here, but neither bwrap nor unshare works: office files stay without pictures"
    )
    return None


def _inside(jail: str, source: Path, out: Path, profile: Path) -> list[str]:
    if jail == "unshare":
        return ["unshare", "-r", "-n", *_convert(source, out, profile)]
    walls = ["bwrap", "--unshare-all", "--die-with-parent", "--clearenv", "--setenv", "PATH", "/usr/bin"]
    walls += ["--setenv", "HOME", "/tmp", "--ro-bind", "/usr", "/usr"]  # noqa: S108  the jail's own
    for folder in ("/etc/fonts", "/etc/libreoffice"):
        walls += ["--ro-bind-try", folder, folder]
    for link in ("lib", "lib64", "bin"):
        walls += ["--symlink", f"usr/{link}", f"/{link}"]
    walls += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108  the jail's own
    inner = Path(f"/in{source.suffix}")
    walls += ["--ro-bind", str(source), str(inner)]
    walls += ["--bind", str(out), "/out", "--bind", str(profile), "/profile"]
    return [*walls, *_convert(inner, Path("/out"), Path("/profile"))]


def _convert(source: Path, out: Path, profile: Path) -> list[str]:
    home = f"-env:UserInstallation=file://{profile}"
    return ["soffice", "--headless", home, "--convert-to", "pdf", "--outdir", str(out), str(source)]


def _write_profile(profile: Path) -> None:
    items = "".join(_setting(name, "true") for name in BLOCKED) + _setting("MacroSecurityLevel", "3")
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )


def _setting(name: str, value: str) -> str:
    path = "/org.openoffice.Office.Common/Security/Scripting"
    return (
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
    )
