"""KMS: keys that seal with AES-GCM, bound to their context.

What is sealed has the form that Mayfly 0.2.0 wrote, so that it opens that, too: the key's id, a
nonce, the tag, and what is enciphered.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.account import ACCOUNT, REGION
from infra.local.engine.errors import Client, answered, check_known, refused

ID = "00000000-0000-4000-8000-6d6179666c79"
_NONCE, _TAG, _MOST = 12, 16, 4096
_KEY_BYTES = {"AES_128": 16, "AES_256": 32}


class Kms(Client):
    """The calls of boto3's client that are used here. `random` gives so many bytes."""

    service = "kms"

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        """No keys yet."""
        self._random = random
        self._keys: dict[str, bytes] = {}
        self._aliases: dict[str, str] = {}

    def make_key(self, alias: str, kept: str, id: str = ID) -> None:
        """A key under this alias; with the same kept text it opens what an earlier one sealed."""
        self._keys[id] = hashlib.sha256(kept.encode()).digest()
        self._aliases[alias] = id

    def encrypt(
        self,
        *,
        KeyId: str,
        Plaintext: bytes,
        EncryptionContext: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Any:
        """Up to 4,096 bytes."""
        check_known("encrypt", more)
        key = self._found(KeyId, "Encrypt")
        if not 1 <= len(Plaintext) <= _MOST:
            limit = "greater than or equal to 1" if not Plaintext else "less than or equal to 4096"
            why = f"Value at 'plaintext' failed to satisfy constraint: length {limit}"
            raise refused("ValidationException", f"1 validation error detected: {why}", "Encrypt")
        sealed = self._sealed(key, bytes(Plaintext), EncryptionContext)
        return answered(CiphertextBlob=sealed, KeyId=_arn(key))

    def generate_data_key(
        self,
        *,
        KeyId: str,
        KeySpec: str,
        EncryptionContext: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Any:
        """A new key, plain and sealed."""
        check_known("generate_data_key", more)
        key = self._found(KeyId, "GenerateDataKey")
        if KeySpec not in _KEY_BYTES:
            raise refused("ValidationException", "KeySpec is not valid", "GenerateDataKey")
        plain = self._random(_KEY_BYTES[KeySpec])
        sealed = self._sealed(key, plain, EncryptionContext)
        return answered(Plaintext=plain, CiphertextBlob=sealed, KeyId=_arn(key))

    def decrypt(
        self,
        *,
        CiphertextBlob: bytes,
        KeyId: str = "",
        EncryptionContext: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Any:
        """What was sealed, with the same context."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        check_known("decrypt", more)
        key, rest = CiphertextBlob[: len(ID)].decode("latin-1"), CiphertextBlob[len(ID) :]
        if KeyId and self._found(KeyId, "Decrypt") != key:
            why = "The key ID in the request does not identify a CMK that can perform this."
            raise refused("IncorrectKeyException", why, "Decrypt")
        nonce, tag = rest[:_NONCE], rest[_NONCE : _NONCE + _TAG]
        enciphered = rest[_NONCE + _TAG :] + tag
        try:
            plain = AESGCM(self._keys[key]).decrypt(nonce, enciphered, _aad(EncryptionContext))
        except (KeyError, InvalidTag, ValueError) as error:
            raise refused("InvalidCiphertextException", "", "Decrypt") from error
        return answered(Plaintext=plain, KeyId=_arn(key))

    def _sealed(self, key: str, plain: bytes, context: Mapping[str, str] | None) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = self._random(_NONCE)
        enciphered = AESGCM(self._keys[key]).encrypt(nonce, plain, _aad(context))
        return key.encode() + nonce + enciphered[-_TAG:] + enciphered[:-_TAG]

    def _found(self, name: str, operation: str) -> str:
        """The id of the key with this id, alias or ARN."""
        last = name.rpartition(":")[2].removeprefix("key/")
        id = self._aliases.get(last, last)
        if id not in self._keys:
            kind = "Alias" if last.startswith("alias/") else "Key"
            raise refused("NotFoundException", f"{kind} {_arn(last)} is not found.", operation)
        return id


def _arn(id: str) -> str:
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:{id if id.startswith('alias/') else f'key/{id}'}"


def _aad(context: Mapping[str, str] | None) -> bytes:
    """As 0.2.0 wrote it. It tells contexts apart that have one name each, as all of ours do."""
    return "".join(f"{name}{value}" for name, value in sorted((context or {}).items())).encode()
