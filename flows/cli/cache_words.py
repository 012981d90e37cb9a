"""The flags of ``flagday cache``, and what people write in them."""

import hashlib
import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Final

import typer

from tasks.cache import Cache, Price
from tasks.cache.prices import MOST_TOKENS, NANO
from tasks.errors import PlanInvalid
from tasks.home import DB, PLAN

_UNITS: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 2**10, "mi": 2**20, "gi": 2**30}
_MOST_MONEY: Final = 10**9
_AGES: Final = {"h": "hours", "d": "days", "w": "weeks"}

CacheType = Annotated[str, typer.Option("--type", help="What kind of analysis it is.")]
Content = Annotated[
    str | None, typer.Option(help="SHA-256 of the content, hexadecimal.", metavar="HASH")
]
File = Annotated[Path | None, typer.Option(help="A file that holds the content.")]
Provider = Annotated[str, typer.Option(help="Who makes it.")]
Model = Annotated[str, typer.Option(help="By which model.")]
Prompt = Annotated[str, typer.Option(help="Hash of the prompt.", metavar="HASH")]
SchemaVersion = Annotated[str, typer.Option(help="Version of the value's schema.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Bytes = Annotated[
    str | None, typer.Option(help="Size of all values, as stored: 500MB, 2GiB.", metavar="SIZE")
]
Amount = Annotated[
    str | None,
    typer.Option(help="What it may cost to make again what goes.", metavar="AMOUNT"),
]
Count = Annotated[int, typer.Option(min=0, max=MOST_TOKENS)]
Age = Annotated[
    str | None, typer.Option(help="Only entries made longer ago: 12h, 30d, 8w.", metavar="AGE")
]
Orphans = Annotated[
    bool, typer.Option("--orphans", help="Only of contents that no file of the index holds.")
]
Root = Annotated[str | None, typer.Option(help="Only of files of this root, by name.")]
Glob = Annotated[
    str | None, typer.Option("--path", help="Only of files with such a path, such as 'src/*'.")
]


def opened(db: Path | None, plan: Path | None, *, with_prices: bool = False) -> Cache:
    """Open the cache of an index; the plan is read where only it can tell. Raises PlanInvalid."""
    if plan is None and not PLAN.exists():
        return Cache(db or DB)
    if db and plan is None and not with_prices:
        return Cache(db)
    from tasks.read_plan import read_plan  # noqa: PLC0415 -- slow to load

    chosen = read_plan(plan, {"db": db})
    prices = {}
    for name, price in chosen.prices.items():
        provider, _, model = name.partition("/")
        prices[provider, model] = Price(price.input, price.output, price.cached)
    return Cache(chosen.db, prices)


def content_of(content: str | None, file: Path | None) -> bytes:
    """Return the content hash that one of two flags tells. Raises PlanInvalid."""
    if (content is None) == (file is None):
        raise PlanInvalid("either --content or --file", next_step="Give one of them.")
    try:
        if file is not None:
            return hashlib.sha256(file.read_bytes()).digest()
        return bytes.fromhex(content or "")
    except OSError as error:
        raise PlanInvalid(f"{file}: {error.strerror}", next_step="Name another file.") from error
    except ValueError as error:
        raise PlanInvalid(
            f"--content {content} is not hexadecimal", next_step="Give 64 digits."
        ) from error


def size_of(written: str) -> int:
    """Read a number of bytes, such as 500MB or 2GiB. Raises PlanInvalid."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(|[kmg]i?)b?", written.strip().lower())
    if match is None:
        raise PlanInvalid(f"{written} is no size", next_step="Write it as 500MB or 2GiB.")
    return int(Decimal(match[1]) * _UNITS[match[2]])


def age_ms(written: str) -> int:
    """Read an age, such as 12h, 30d or 8w, in milliseconds. Raises PlanInvalid."""
    match = re.fullmatch(r"(\d{1,5})([hdw])", written.strip())
    if match is None:
        raise PlanInvalid(f"{written} is no age", next_step="Write it as 12h, 30d or 8w.")
    return timedelta(**{_AGES[match[2]]: int(match[1])}) // timedelta(milliseconds=1)


def nano_of(written: str) -> int:
    """Read an amount of the currency of the prices. Raises PlanInvalid."""
    try:
        amount = Decimal(written)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount <= _MOST_MONEY:
        raise PlanInvalid(f"{written} is no amount", next_step="Write it as 2.50.")
    return int(amount * NANO)


def money(nano: int) -> str:
    """Write an amount, to a hundredth of a cent."""
    return f"{Decimal(nano) / NANO:.4f}"


def size(count: int) -> str:
    """Write a number of bytes."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:  # noqa: PLR2004 -- the next unit begins
            return f"{count:.4g} {unit}"
        count /= 1000  # type: ignore[assignment]
    return f"{count:.4g} GB"
