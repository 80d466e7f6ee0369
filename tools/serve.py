"""What `make run` ends in: prepares the database, starts web server and worker, and stops both on request."""

from __future__ import annotations

import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from config import LOOPBACK, Settings, WrongSettings, settings_from
from migrations.upgrade import upgrade
from partners.models import User
from portal.demo.channel import LOG_INS
from portal.kernel.db import make_engine, make_sessions, reading

BIN = Path(sys.executable).parent
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"
DEMO_PAYER = {"PAYER_NAME": "Larkwell Audio", "PAYER_ACCOUNT": "001180032604", "PAYER_BIC": "USBKUS44"}
CREATE = ".venv/bin/flask users create you@example.com --role admin --password-stdin"
PATIENCE_SECONDS = 60
GRACE_SECONDS = 20


class Stopped(Exception):
    """Somebody asked the portal to end."""


def main() -> int:
    """Returns the exit status: 0 when somebody ended it, 1 when it could not go on."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        settings = settings_from()
        _need_free_port()
        _prepare(settings, children)
        _demo_payer(settings)
        _serve(settings, children)
    except Stopped:
        say("Stopping ...")
        return 0
    except WrongSettings as wrong:
        sys.stderr.write(f"{wrong}\n")
    except CannotGoOn as fault:
        sys.stderr.write(f"{fault}\n")
    except OperationalError as fault:
        reason = str(fault.orig).strip().partition("\n")[0]
        sys.stderr.write(f"The database cannot be used: {reason}.\n")
    finally:
        _end(children)
    return 1


class CannotGoOn(Exception):
    """The portal cannot start or stay; the text says why."""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _need_free_port() -> None:
    family = socket.AF_INET6 if ":" in HOST else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, int(PORT)))
        except OSError as fault:
            raise CannotGoOn(
                f"{HOST}:{PORT} cannot be opened ({fault.strerror}). PORT=8001 make run takes another port."
            ) from fault


def _prepare(settings: Settings, children: list[subprocess.Popen[bytes]]) -> None:
    """Migrations, and the demo data when nobody is there yet."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url)
    if upgrade(engine):
        say("The database is upgraded.")
    engine.dispose()
    if os.environ.get("DEMO") == "0" or not _nobody_is_there(settings):
        return
    say("Loading the demo data ...")
    password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(12)
    # it prints the log-ins too, which stand better below the address
    loading = _start(children, "flask", "demo", "load", "--password", password, output=subprocess.DEVNULL)
    if loading.wait() != 0:
        raise CannotGoOn("The demo data could not be loaded.")
    children.remove(loading)
    kept = _demo_password(settings)
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password)


def _nobody_is_there(settings: Settings) -> bool:
    engine = make_engine(settings.database_url)
    try:
        with reading(make_sessions(engine)) as session:
            return session.scalar(select(User.id).limit(1)) is None
    finally:
        engine.dispose()


def _demo_payer(settings: Settings) -> None:
    """Larkwell's account, so that payouts can be tried; never in a portal that has no demo data."""
    if _demo_password(settings).exists():
        for name, value in DEMO_PAYER.items():
            os.environ.setdefault(name, value)


def _demo_password(settings: Settings) -> Path:
    return settings.data_dir / "demo_password"


def _serve(settings: Settings, children: list[subprocess.Popen[bytes]]) -> None:
    """Runs until somebody stops it; a worker that ends is started again."""
    worker = _start(children, "flask", "worker")
    web = _start(children, "gunicorn", *_web_arguments())
    _wait_for_answer(web)
    announce(settings)
    while web.poll() is None:
        if worker.poll() is not None:
            say(f"The worker ended (status {worker.returncode}); starting it again.")
            children.remove(worker)
            time.sleep(1)
            worker = _start(children, "flask", "worker")
        time.sleep(0.5)
    raise CannotGoOn(f"The web server ended (status {web.returncode}).")


def _web_arguments() -> list[str]:
    host = f"[{HOST}]" if ":" in HOST else HOST
    return [
        *("--bind", f"{host}:{PORT}", "--workers", os.environ.get("WEB_CONCURRENCY") or "2"),
        *(
            "--worker-class",
            "gthread",
            "--threads",
            "8",
            "--log-level",
            "warning",
            "--graceful-timeout",
            "10",
        ),
        *("--no-control-socket", "wsgi:app"),
    ]


def _start(
    children: list[subprocess.Popen[bytes]], program: str, *arguments: str, output: int | None = None
) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches only this process, which ends the others in order."""
    child = subprocess.Popen([BIN / program, *arguments], start_new_session=True, stdout=output)
    children.append(child)
    return child


def _wait_for_answer(web: subprocess.Popen[bytes]) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(HOST, HOST)  # noqa: S104
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and web.poll() is None:
        try:
            with urlopen(f"http://{host}:{PORT}/healthz", timeout=5):
                return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise CannotGoOn("The web server did not start.")


def announce(settings: Settings) -> None:
    """The address, who can log in, and what to do where nobody can."""
    say(f"\nMakegood is on {settings.base_url}")
    if HOST not in LOOPBACK:
        say(f"It listens on {HOST}, port {PORT}: others on this network may reach it.")
    kept = _demo_password(settings)
    if kept.exists():
        say(f"Demo log-ins, all with the password {kept.read_text()}")
        for email, role in LOG_INS:
            say(f"  {email:<24} {role}")
        if os.environ.get("DEMO") == "0":
            say("DEMO=0 removes no demo data; DATA_DIR=~/makegood DEMO=0 make run starts empty.")
    elif _nobody_is_there(settings):
        say(f"Nobody can log in yet. In another terminal:\n  {_same_portal()}{CREATE}")
    say("Ctrl-C ends it.\n")


def _same_portal() -> str:
    """The variables by which a command finds the portal that runs here."""
    chosen = {name: os.environ[name] for name in ("DATA_DIR", "PORT", "BASE_URL") if name in os.environ}
    return "".join(f"{name}={shlex.quote(value)} " for name, value in chosen.items())


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        with suppress(ProcessLookupError):
            child.terminate()
    end = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            # its own children too: they are in its session
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
