"""The key that seals passwords on this machine: moto's KMS, with a key that outlives its process.

moto draws id and material of each key anew, and what it sealed names the id. So both are put in
their place: the id is always the same, the material is a hash of what is kept.
"""

import hashlib
from typing import Any

from moto.kms.models import kms_backends

from infra.local.moto.guard import ACCOUNT, REGION, alone

_ID = "00000000-0000-4000-8000-6d6179666c79"


def make_password_key(kms: Any, alias: str, kept: str) -> None:
    """A key under this alias; with the same kept text it opens what an earlier one sealed."""
    made = kms.create_key(Description="Seals the passwords of generated inboxes")
    with alone():
        keys = kms_backends[ACCOUNT][REGION].keys
        key = keys[_ID] = keys.pop(made["KeyMetadata"]["KeyId"])
        key.arn = key.arn.replace(key.id, _ID)
        key.id = _ID
        key.key_material = hashlib.sha256(kept.encode()).digest()
    kms.create_alias(AliasName=alias, TargetKeyId=_ID)
