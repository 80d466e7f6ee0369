"""Personal data that the database holds encrypted: AES-256-GCM, with the key outside the database."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.kernel.errors import Refusal

# NIST SP 800-38D: 96 bits, new for each text
_NONCE_BYTES = 12


class NoSealingKey(Refusal):
    status = 503

    def __init__(self) -> None:
        super().__init__(
            "Bank data cannot be kept or read yet: PAYEE_KEY is not set. It is 64 hexadecimal digits."
        )


class WrongSealingKey(Refusal):
    status = 503

    def __init__(self) -> None:
        super().__init__(
            "PAYEE_KEY is not the key by which this bank data was encrypted. Put the earlier key back."
        )


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens texts by one key of 32 bytes; without a key it refuses to do either."""

    key: bytes | None = field(repr=False)

    def seal(self, text: str, *, about: str) -> str:
        """The text for the database. `about` binds it to its row: moved to another row it does not open.

        Raises NoSealingKey.
        """
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._needed()).encrypt(nonce, text.encode(), about.encode())
        return b64encode(nonce + sealed).decode()

    def open(self, sealed: str, *, about: str) -> str:
        """Raises NoSealingKey, or WrongSealingKey where the key, the row or the text is another."""
        raw = b64decode(sealed)
        try:
            text = AESGCM(self._needed()).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode())
        except InvalidTag:
            raise WrongSealingKey from None
        return text.decode()

    def _needed(self) -> bytes:
        if self.key is None:
            raise NoSealingKey
        return self.key
