"""Sign a manifest, and check who has signed it: a DSSE envelope beside it.

Keys are Ed25519, as PEM or as OpenSSH writes them. Source: DSSE v1.0.2, in-toto attestation spec.
"""

import json
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
    load_ssh_public_key,
)
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

from verification import manifest

NAME: Final = "manifest.dsse.json"
_PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"


class SignatureInvalid(Exception):  # noqa: N818 -- says what is wrong
    """A signature does not hold, or there is none, or a key cannot be used."""


def sign(folder: Path, key: Path) -> Path:
    """Sign the manifest of a run with a private key that has no passphrase.

    Returns the envelope. Raises SignatureInvalid where the key cannot be used.
    """
    signer = CryptoSigner(_private_key(key))
    envelope = Envelope((folder / manifest.NAME).read_bytes(), _PAYLOAD_TYPE, {})
    envelope.sign(signer)
    path = folder / NAME
    path.write_text(json.dumps(envelope.to_dict(), indent=2, sort_keys=True) + "\n", "utf-8")
    return path


def why_no_key(key: Path) -> str | None:
    """Say why a private key cannot sign, or None."""
    try:
        _private_key(key)
    except SignatureInvalid as error:
        return str(error)
    return None


def check_signature(folder: Path, key: Path) -> str:
    """Return the id of the public key that has signed this very manifest.

    Raises SignatureInvalid where it has not, or the envelope holds other bytes.
    """
    public = SSlibKey.from_crypto(_public_key(key))
    try:
        envelope = Envelope.from_dict(json.loads((folder / NAME).read_bytes()))
        envelope.verify([public], 1)
    except FileNotFoundError as error:
        raise SignatureInvalid(f"{folder} has no {NAME}: the run was not signed") from error
    except (VerificationError, ValueError, KeyError, TypeError) as error:
        raise SignatureInvalid(f"{folder / NAME} is not signed by {key}") from error
    if envelope.payload != (folder / manifest.NAME).read_bytes():
        raise SignatureInvalid(f"{folder / manifest.NAME} is not what was signed")
    return public.keyid


def _private_key(path: Path) -> Ed25519PrivateKey:
    data = _read(path)
    load = load_ssh_private_key if b"OPENSSH" in data else load_pem_private_key
    try:
        key = load(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SignatureInvalid(f"{path} is no private key without a passphrase") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SignatureInvalid(f"{path} is no Ed25519 key")
    return key


def _public_key(path: Path) -> Ed25519PublicKey:
    data = _read(path)
    load = load_ssh_public_key if data.startswith(b"ssh-") else load_pem_public_key
    try:
        key = load(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureInvalid(f"{path} is no public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SignatureInvalid(f"{path} is no Ed25519 key")
    return key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SignatureInvalid(f"{path} cannot be read: {error.strerror}") from error
