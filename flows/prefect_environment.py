"""What Prefect is told by the environment, which it reads once, when it is imported."""

import os
from pathlib import Path
from typing import Final

_SETTINGS: Final = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # the narration tells, and an error is told once
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_CLI_PROMPT": "false",
    "NO_PROXY": "127.0.0.1,localhost",
}
_NO_FILES: Final = {
    "PREFECT_PROFILES_PATH": f"{os.devnull}/none",
    "PREFECT_LOGGING_SETTINGS_PATH": f"{os.devnull}/none",
}
_API: Final = ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING")
_CLIENT: Final = {  # what need not be asked of a server of our own Prefect, beside it
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
}


def prepare(home: Path) -> None:
    """Set what Prefect reads when it is imported; what is set already wins.

    Settings and the logging of Prefect that lie in a home of ours are none: it may be in a root.
    """
    own = {} if "PREFECT_HOME" in os.environ else {"PREFECT_HOME": str(home), **_NO_FILES}
    for key, value in {**_SETTINGS, **own}.items():
        os.environ.setdefault(key, value)


def turn_to(url: str, password: str) -> None:
    """Have Prefect, which is not imported yet, turn to a server of ours."""
    os.environ.update(_CLIENT)
    os.environ.update(zip(_API, (url, password), strict=True))


def turn_away() -> None:
    """Forget the server of ours."""
    for key in (*_API, *_CLIENT):
        os.environ.pop(key, None)


def of_server(home: Path, password: str, *, has_ui: bool) -> dict[str, str]:
    """Return the environment of a server of ours."""
    return os.environ | {
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "false",  # its clients bring the password
        "PREFECT_SERVER_UI_ENABLED": str(has_ui),
        "PREFECT_UI_STATIC_DIRECTORY": str(home / "ui"),
    }
