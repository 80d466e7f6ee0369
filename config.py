"""Settings: a frozen, typed object made from the environment. Nothing is read at import time."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import make_url
from stdnum import bic, iban

from portal.kernel.time_zones import time_zones

SOURCE_KINDS = frozenset({"own", "third_party", "manual"})
SOURCE = re.compile(r"[A-Za-z0-9._-]{1,64}")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class WrongSettings(Exception):
    """One or more settings are wrong; `problems` holds a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays commission, and from which account: an IBAN, or an account number where there is none."""

    name: str
    account: str = field(repr=False)
    bic: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, checked. See docs/interfaces.md for each variable."""

    secret_key: str = field(repr=False)
    data_dir: Path
    database_url: str = field(repr=False)
    storage_url: str
    s3_endpoint_url: str | None
    search_url: str
    queue_url: str = field(repr=False)
    base_url: str
    smtp_url: str | None = field(repr=False)
    demos_url: str | None
    calendar: str
    timezone: str
    sources: Mapping[str, str]
    payee_key: bytes | None = field(default=None, repr=False)
    payee_cool_off_days: int = 3
    payout_day: int = 15
    payer: Payer | None = None
    content_approval: str = "optional"
    review_every_days: int = 180
    review_grace_days: int = 14
    # how many stand in front, each of which adds to X-Forwarded-For the address that it was asked from
    proxies: int = 0

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return _address(self.base_url).hostname or ""

    @property
    def needs_approval(self) -> bool:
        """Whether content is published only after a second person has approved it."""
        return self.content_approval == "required"

    @property
    def demos_host(self) -> str | None:
        """The name of the second address, which serves nothing but demos."""
        return _address(self.demos_url).hostname if self.demos_url else None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting; raises WrongSettings with all problems at once."""
    env = os.environ if environment is None else environment
    problems: list[str] = []
    data_dir = Path(env.get("DATA_DIR") or "var").resolve()
    database_url = _database_url(env, data_dir, problems)
    port = _whole(env, "PORT", 8000, range(1, 65536), problems)
    base_url = (env.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    settings = Settings(
        secret_key=_secret_key(env, data_dir, database_url, problems),
        data_dir=data_dir,
        database_url=database_url,
        storage_url=_one_of(env, "STORAGE_URL", f"file://{data_dir}/blobs", ("file://", "s3://"), problems),
        s3_endpoint_url=env.get("S3_ENDPOINT_URL") or None,
        search_url=_one_of(
            env, "SEARCH_URL", f"whoosh://{data_dir}/index", ("whoosh://", "postgresql://"), problems
        ),
        queue_url=_one_of(
            env, "QUEUE_URL", f"sqlite:///{data_dir}/queue.db", ("sqlite:///", "postgresql://"), problems
        ),
        base_url=base_url,
        smtp_url=_one_of(env, "SMTP_URL", "", ("smtp://", "smtps://"), problems) or None,
        demos_url=(env.get("DEMOS_URL") or "").rstrip("/") or None,
        calendar=_calendar(env, problems),
        timezone=_timezone(env, problems),
        sources=_sources(env, problems),
        payee_key=_payee_key(env, data_dir, database_url, problems),
        payee_cool_off_days=_whole(env, "PAYEE_COOL_OFF_DAYS", 3, range(91), problems),
        payout_day=_whole(env, "PAYOUT_DAY", 15, range(1, 29), problems),
        payer=_payer(env, problems),
        content_approval=_content_approval(env, problems),
        review_every_days=_whole(env, "REVIEW_EVERY_DAYS", 180, range(1, 3651), problems),
        review_grace_days=_whole(env, "REVIEW_GRACE_DAYS", 14, range(366), problems),
        proxies=_whole(env, "PROXIES", 0, range(10), problems),
    )
    problems += _contradictions(settings)
    if problems:
        raise WrongSettings(problems)
    return settings


def _database_url(env: Mapping[str, str], data_dir: Path, problems: list[str]) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{data_dir}/portal.db"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        problems.append("DATABASE_URL has to start with sqlite:/// or postgresql+psycopg://.")
        return url
    try:
        make_url(url)
    except ValueError:
        problems.append("DATABASE_URL cannot be read: its port is no number.")
    return url


def _secret_key(env: Mapping[str, str], data_dir: Path, database_url: str, problems: list[str]) -> str:
    given = env.get("SECRET_KEY")
    if given is not None and len(given) < 32:
        problems.append("SECRET_KEY is too short: it needs 32 characters or more.")
    if given:
        return given
    if database_url.startswith("postgresql"):
        problems.append("SECRET_KEY is required with PostgreSQL.")
        return ""
    return _kept(data_dir / "secret_key", secrets.token_urlsafe(48), problems)


def _kept(path: Path, fresh: str, problems: list[str]) -> str:
    """What a file holds; it is written once, readable by nobody else."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_once(path, fresh)
        return path.read_text()
    except OSError as fault:
        problems.append(f"DATA_DIR is {path.parent}, which cannot hold {path.name}: {fault.strerror}.")
        return fresh


def _write_once(path: Path, text: str) -> None:
    """By exclusive creation: of two processes that start together, one writes and both read."""
    with (
        suppress(FileExistsError),
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file,
    ):
        file.write(text)


def _payee_key(
    env: Mapping[str, str], data_dir: Path, database_url: str, problems: list[str]
) -> bytes | None:
    """32 bytes; with PostgreSQL none until it is set, and then no bank data is kept."""
    given = env.get("PAYEE_KEY") or ""
    if not given and not database_url.startswith("postgresql"):
        given = _kept(data_dir / "payee_key", secrets.token_hex(32), problems)
    if given and not re.fullmatch(r"[0-9a-fA-F]{64}", given.strip()):
        problems.append("PAYEE_KEY has to be 64 hexadecimal digits (32 bytes).")
        return None
    return bytes.fromhex(given.strip()) if given else None


def _payer(env: Mapping[str, str], problems: list[str]) -> Payer | None:
    given = {name: (env.get(name) or "").strip() for name in ("PAYER_NAME", "PAYER_ACCOUNT", "PAYER_BIC")}
    if not any(given.values()):
        return None
    missing = [name for name, value in given.items() if not value]
    account = re.sub(r"[\s-]", "", given["PAYER_ACCOUNT"]).upper()
    if missing:
        problems.append(f"PAYER_NAME, PAYER_ACCOUNT and PAYER_BIC belong together: set {', '.join(missing)}.")
    elif not re.fullmatch(r"[A-Z0-9]{4,34}", account):
        problems.append("PAYER_ACCOUNT has to be an IBAN or an account number of 4 to 34 letters and digits.")
    elif account[:2].isalpha() and account[2:4].isdecimal() and not iban.is_valid(account):
        problems.append("PAYER_ACCOUNT looks like an IBAN, and its check digits do not fit.")
    elif not bic.is_valid(given["PAYER_BIC"]):
        problems.append("PAYER_BIC is not a BIC: it has 8 or 11 characters, such as DEUTDEFF.")
    return Payer(given["PAYER_NAME"], account, given["PAYER_BIC"].upper())


def _whole(env: Mapping[str, str], name: str, default: int, within: range, problems: list[str]) -> int:
    value = (env.get(name) or str(default)).strip()
    if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) not in within:
        problems.append(f"{name} is “{value}”; it is a whole number from {within[0]} to {within[-1]}.")
        return default
    return int(value)


def _one_of(
    env: Mapping[str, str], name: str, default: str, starts: tuple[str, ...], problems: list[str]
) -> str:
    value = env.get(name) or default
    if value and not value.startswith(starts):
        problems.append(f"{name} has to start with {' or '.join(starts)}.")
    return value


def _calendar(env: Mapping[str, str], problems: list[str]) -> str:
    value = env.get("CALENDAR") or "month"
    if value not in {"month", "broadcast"}:
        problems.append(f"CALENDAR is “{value}”; it can be month or broadcast.")
    return value


def _content_approval(env: Mapping[str, str], problems: list[str]) -> str:
    value = env.get("CONTENT_APPROVAL") or "optional"
    if value not in {"optional", "required"}:
        problems.append(f"CONTENT_APPROVAL is “{value}”; it can be optional or required.")
    return value


def _timezone(env: Mapping[str, str], problems: list[str]) -> str:
    value = env.get("TIMEZONE") or "UTC"
    if value not in time_zones():
        problems.append(f"TIMEZONE is “{value}”, which is not a zone of the IANA database.")
    return value


def _sources(env: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (env.get("SOURCES") or "").split(",")):
        name, _, kind = part.strip().partition("=")
        if not SOURCE.fullmatch(name) or kind not in SOURCE_KINDS:
            problems.append(f"SOURCES: “{part}” is not name=own, name=third_party or name=manual.")
        elif found.setdefault(name, kind) != kind:
            problems.append(f"SOURCES: {name} is {found[name]} and {kind}.")
    return found


def _contradictions(settings: Settings) -> list[str]:
    problems = []
    on_postgresql = settings.database_url.startswith("postgresql")
    for name, url in (("SEARCH_URL", settings.search_url), ("QUEUE_URL", settings.queue_url)):
        if url.startswith("postgresql://") and not on_postgresql:
            problems.append(f"{name} is postgresql://, so DATABASE_URL has to be PostgreSQL too.")
    parts = _address(settings.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        problems.append("BASE_URL has to be an http or https address.")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        problems.append("BASE_URL has to be https, except on this machine alone (127.0.0.1, localhost).")
    return problems + _demos_problems(settings) + _place_problems(settings)


def _demos_problems(settings: Settings) -> list[str]:
    if settings.demos_url is None:
        return []
    parts = _address(settings.demos_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        return ["DEMOS_URL has to be an http or https address without a path."]
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return ["DEMOS_URL has to be https, except on this machine alone (127.0.0.1, localhost)."]
    if parts.hostname == settings.host:
        # cookies know no port: on one name the demos would be sent the log-in
        return ["DEMOS_URL needs another name than BASE_URL; another port is not enough."]
    return []


def _place_problems(settings: Settings) -> list[str]:
    """Where things are kept or sent: an address without the part that says where."""
    storage, search, queue = map(_address, (settings.storage_url, settings.search_url, settings.queue_url))
    endpoint = _address(settings.s3_endpoint_url or "http://none")
    needed = {
        "STORAGE_URL names no bucket: s3://bucket/prefix.": storage.scheme != "s3" or storage.netloc,
        "STORAGE_URL names no folder: file:///srv/blobs.": storage.scheme != "file" or storage.path,
        "S3_ENDPOINT_URL has to be an http or https address.": endpoint.scheme in {"http", "https"}
        and endpoint.hostname,
        "SEARCH_URL names no folder: whoosh:///srv/index.": search.scheme != "whoosh" or search.path,
        "QUEUE_URL names no file: sqlite:////srv/queue.db.": queue.scheme != "sqlite"
        or queue.path.strip("/"),
        "SMTP_URL names no server: smtp://user:pass@host:port.": not settings.smtp_url
        or _address(settings.smtp_url).hostname,
    }
    return [sentence for sentence, is_met in needed.items() if not is_met]


def _address(url: str) -> SplitResult:
    """Empty where the text cannot be an address."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts
