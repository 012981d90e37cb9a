"""Backups for recipients: age files, made and opened by pyrage (a binding of rage)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pyrage

from tasks.errors import PlanInvalid, PreconditionFailed
from tasks.store.permissions import create_private

_MAGIC: Final = b"age-encryption.org/"
_SECRET: Final = "AGE-SECRET-KEY-"  # noqa: S105 -- how such a line starts, no key


def recipient(text: str) -> Any:
    """Return the recipient ``age1…``, ``ssh-ed25519 …`` or ``ssh-rsa …``. Raises PlanInvalid."""
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise PlanInvalid(
            f"{text!r} is no recipient: {error}",
            next_step="A recipient is age1…, ssh-ed25519 … or ssh-rsa …. Nothing was changed.",
        ) from error


def identities(file: Path) -> list[Any]:
    """Read the identities of an age key file or of an OpenSSH private key."""
    try:
        found = _identities(file.read_bytes())
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise _no_identity(file, str(error)) from error
    if not found:
        raise _no_identity(file, f"no line starts with {_SECRET}")
    return found


def _identities(raw: bytes) -> list[Any]:
    if raw.startswith(b"-----BEGIN"):
        return [pyrage.ssh.Identity.from_buffer(raw)]
    lines = (line.strip() for line in raw.decode().splitlines())
    return [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith(_SECRET)]


def _no_identity(file: Path, why: str) -> PreconditionFailed:
    return PreconditionFailed(
        f"{file} holds no identity: {why}",
        next_step="Name an age key file or an OpenSSH private key. Nothing was changed.",
    )


def is_encrypted(file: Path) -> bool:
    """Tell whether a file is an age file."""
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC


def encrypt(source: Path, target: Path, recipients: Iterable[str]) -> None:
    """Write an age file that any of ``recipients`` can open."""
    keys = [recipient(text) for text in recipients]
    with source.open("rb") as plain, create_private(target).open("wb") as sink:
        pyrage.encrypt_io(plain, sink, keys)


def decrypt(source: Path, target: Path, identity: Path | None) -> None:
    """Write what an age file holds. Raises PreconditionFailed where it cannot be opened."""
    if identity is None:
        raise PreconditionFailed(
            f"{source} is encrypted",
            next_step="Name the key with --identity FILE. Nothing was changed.",
        )
    keys = identities(identity)
    with source.open("rb") as sealed, create_private(target).open("wb") as sink:
        try:
            pyrage.decrypt_io(sealed, sink, keys)
        except (OSError, pyrage.DecryptError) as error:
            raise PreconditionFailed(
                f"{source} does not open with {identity}: {error}, after {sink.tell()} bytes",
                next_step="Name the key of a recipient; if this is one, the file is damaged: take "
                "another backup. Nothing was changed.",
            ) from error
