"""Settings: all problems at once, as sentences, and nothing secret shown."""

from pathlib import Path

import pytest

from config import WrongSettings, settings_from


def test_without_variables_everything_lives_under_the_data_folder(tmp_path: Path) -> None:
    settings = settings_from({"DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/portal.db"
    assert settings.storage_url == f"file://{tmp_path}/blobs"
    assert settings.search_url == f"whoosh://{tmp_path}/index"
    assert settings.queue_url == f"sqlite:///{tmp_path}/queue.db"


def test_the_secret_key_is_generated_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = settings_from({"DATA_DIR": str(tmp_path)})
    assert settings_from({"DATA_DIR": str(tmp_path)}).secret_key == first.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_secrets_are_not_in_the_text_of_the_settings(tmp_path: Path) -> None:
    settings = settings_from(
        {"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 40, "SMTP_URL": "smtp://user:hidden@mail.example:25"}
    )
    assert "k" * 40 not in repr(settings)
    assert "hidden" not in repr(settings)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    wrong = {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "mysql://x",
        "CALENDAR": "moon",
        "TIMEZONE": "Mars/Base",
        "SOURCES": "adserver=them",
        "SECRET_KEY": "short",
        "STORAGE_URL": "ftp://x",
        "BASE_URL": "http://portal.example",
    }
    with pytest.raises(WrongSettings) as refused:
        settings_from(wrong)
    told = "\n".join(refused.value.problems)
    for name in ("DATABASE_URL", "CALENDAR", "TIMEZONE", "SOURCES", "SECRET_KEY", "STORAGE_URL", "BASE_URL"):
        assert name in told


@pytest.mark.parametrize(
    "address", ["demos.example", "https://x.example/demos", "http://demos.example", "http://127.0.0.1:9000"]
)
def test_demos_need_an_address_of_another_name(tmp_path: Path, address: str) -> None:
    with pytest.raises(WrongSettings, match="DEMOS_URL"):
        settings_from({"DATA_DIR": str(tmp_path), "DEMOS_URL": address})


def test_postgresql_needs_a_secret_key(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="SECRET_KEY is required"):
        settings_from({"DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql+psycopg://localhost/x"})


@pytest.mark.parametrize("name", ["SEARCH_URL", "QUEUE_URL"])
def test_what_lives_in_postgresql_needs_the_database_there_too(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongSettings, match=f"{name} is postgresql"):
        settings_from({"DATA_DIR": str(tmp_path), name: "postgresql://"})


def test_the_key_of_bank_data_is_generated_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = settings_from({"DATA_DIR": str(tmp_path)})
    assert settings_from({"DATA_DIR": str(tmp_path)}).payee_key == first.payee_key
    assert first.payee_key is not None
    assert len(first.payee_key) == 32
    assert (tmp_path / "payee_key").stat().st_mode & 0o077 == 0
    assert first.payee_key.hex() not in repr(first)


def test_with_postgresql_the_key_of_bank_data_is_never_made_by_itself(tmp_path: Path) -> None:
    several = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql+psycopg://localhost/x"}
    several["SECRET_KEY"] = "k" * 40
    assert settings_from(several).payee_key is None
    assert settings_from(several | {"PAYEE_KEY": "0f" * 32}).payee_key == b"\x0f" * 32


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"PAYEE_KEY": "short"}, "PAYEE_KEY has to be 64 hexadecimal digits"),
        ({"PAYEE_COOL_OFF_DAYS": "soon"}, "PAYEE_COOL_OFF_DAYS is “soon”; it is a whole number from 0 to 90"),
        ({"PROXIES": "-1"}, "PROXIES is “-1”; it is a whole number from 0 to 9"),
        ({"PAYOUT_DAY": "31"}, "PAYOUT_DAY is “31”; it is a whole number from 1 to 28"),
        ({"PAYER_NAME": "Larkwell"}, "belong together: set PAYER_ACCOUNT, PAYER_BIC"),
        (
            {"PAYER_NAME": "L", "PAYER_ACCOUNT": "DE00370400440532013000", "PAYER_BIC": "COBADEFF"},
            "PAYER_ACCOUNT looks like an IBAN",
        ),
        ({"PAYER_NAME": "L", "PAYER_ACCOUNT": "12345678", "PAYER_BIC": "BANK"}, "PAYER_BIC is not a BIC"),
        ({"PAYER_NAME": "L", "PAYER_ACCOUNT": "#", "PAYER_BIC": "COBADEFF"}, "PAYER_ACCOUNT has to be"),
    ],
)
def test_wrong_settings_of_payouts_are_sentences(
    tmp_path: Path, wrong: dict[str, str], sentence: str
) -> None:
    with pytest.raises(WrongSettings) as refused:
        settings_from({"DATA_DIR": str(tmp_path)} | wrong)
    assert sentence in refused.value.problems[0]


WRONG_ADDRESSES = {
    "BASE_URL": ("http://[portal", "https://portal.example:door", "https://"),
    "DEMOS_URL": ("https://[demos", "https://demos.example:door"),
    "DATABASE_URL": ("postgresql+psycopg://portal@db.example:door/portal",),
    "STORAGE_URL": ("s3://", "s3:///prefix", "file://", "file://blobs"),
    "S3_ENDPOINT_URL": ("s3.example", "https://s3.example:door"),
    "SEARCH_URL": ("whoosh://",),
    "QUEUE_URL": ("sqlite:///",),
    "SMTP_URL": ("smtp://", "smtp://user:pass@mail.example:door"),
    "SOURCES": ("adserver=own,adserver=third_party", "two words=own"),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG_ADDRESSES.items() for value in values]
)
def test_an_address_that_cannot_be_one_is_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSettings) as refused:
        settings_from({"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 40, name: value})
    assert [problem.startswith(name) for problem in refused.value.problems] == [True]


def test_a_data_folder_that_cannot_be_made_is_a_sentence_beside_the_others(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongSettings) as refused:
        settings_from({"DATA_DIR": str(tmp_path / "file"), "CALENDAR": "moon"})
    assert {problem.partition(" ")[0] for problem in refused.value.problems} == {"DATA_DIR", "CALENDAR"}


def test_a_database_behind_a_socket_is_an_address(tmp_path: Path) -> None:
    url = "postgresql+psycopg://portal@/portal?host=/run/postgresql"
    given = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 40, "DATABASE_URL": url}
    assert settings_from(given).database_url == url


@pytest.mark.parametrize("port", ["door", "0", "65536", "-1", "8000.5"])
def test_a_port_that_there_is_not_is_one_sentence(tmp_path: Path, port: str) -> None:
    with pytest.raises(WrongSettings) as refused:
        settings_from({"DATA_DIR": str(tmp_path), "PORT": port})
    assert refused.value.problems == [f"PORT is “{port}”; it is a whole number from 1 to 65535."]
