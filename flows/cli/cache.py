"""``flagday cache``: analyses of contents beside an index, what they cost and what they saved."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.cache_words import (
    Age,
    Amount,
    AsJson,
    Bytes,
    CacheType,
    Content,
    Count,
    File,
    Glob,
    Model,
    Orphans,
    Prompt,
    Provider,
    Root,
    SchemaVersion,
    age_ms,
    content_of,
    nano_of,
    opened,
    size_of,
)
from flows.cli.flags import Db, DryRun, PlanFile
from flows.cli.plain import plain
from flows.cli.printing import print_json
from tasks.cache import Factors, Tokens
from tasks.cache.accounting import now_ms
from tasks.cache.eviction import Aim, Order, evict
from tasks.cache.keys import key_of
from tasks.cache.selection import Selection
from tasks.errors import PlanInvalid, VerdictFailed

app = typer.Typer(help="Keep analyses of contents beside an index.", no_args_is_help=True)


@app.command()
def get(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    type_: CacheType,
    content: Content = None,
    file: File = None,
    provider: Provider = "",
    model: Model = "",
    prompt: Prompt = "",
    schema_version: SchemaVersion = "",
    db: Db = None,
    plan: PlanFile = None,
) -> None:
    """Print the value of an analysis as JSON; exit 1 where it is not there."""
    factors = Factors(type_, content_of(content, file), provider, model, prompt, schema_version)
    with opened(db, plan) as cache:
        value = cache.get(factors)
    if value is None:
        typer.echo("it is not in the cache", err=True)
        raise typer.Exit(1)
    print_json(value)


@app.command()
def put(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    type_: CacheType,
    value: Annotated[
        typer.FileBinaryRead, typer.Argument(help="A file that holds JSON; - is stdin.")
    ],
    content: Content = None,
    file: File = None,
    provider: Provider = "",
    model: Model = "",
    prompt: Prompt = "",
    schema_version: SchemaVersion = "",
    input_tokens: Count = 0,
    output_tokens: Count = 0,
    cached_tokens: Count = 0,
    db: Db = None,
    plan: PlanFile = None,
    dry_run: DryRun = False,
) -> None:
    """Keep the value of an analysis; print its key."""
    factors = Factors(type_, content_of(content, file), provider, model, prompt, schema_version)
    try:
        document = json.loads(value.read())
    except (ValueError, RecursionError) as error:  # the latter: it is nested too deep
        raise PlanInvalid(
            f"{value.name} is not JSON that can be read: {error}",
            next_step="Correct it. Nothing was kept.",
        ) from error
    if not dry_run:
        with opened(db, plan, with_prices=True) as cache:
            cache.set(factors, document, Tokens(input_tokens, output_tokens, cached_tokens))
    typer.echo(key_of(factors).hex())


@app.command()
def stats(db: Db = None, plan: PlanFile = None, as_json: AsJson = False) -> None:
    """Tell what the cache holds, how often it helped, what it cost and saved."""
    from flows.cli.cache_account import as_plain, told  # noqa: PLC0415 -- only this needs it
    from tasks.cache.statistics import cache_stats  # noqa: PLC0415 -- as above

    with opened(db, plan) as cache:
        account = cache_stats(cache)
    if as_json:
        print_json(as_plain(account))
        return
    for line in told(account):
        typer.echo(plain(line))


@app.command("evict")
def evict_(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    to: Bytes = None,
    order: Annotated[Order, typer.Option(help="What goes first.")] = Order.LEAST_RECENTLY_USED,
    budget: Amount = None,
    older_than: Age = None,
    orphans: Orphans = False,
    type_: Annotated[str | None, typer.Option("--type", help="Only this type.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only of this provider.")] = None,
    model: Annotated[str | None, typer.Option(help="Only of this model.")] = None,
    prompt: Annotated[str | None, typer.Option(help="Only of this prompt hash.")] = None,
    root: Root = None,
    path: Glob = None,
    db: Db = None,
    plan: PlanFile = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Evict entries until the cache is as small as it shall be, or all that may go has gone."""
    selection = Selection(
        cache_type=type_,
        provider=provider,
        model=model,
        prompt_hash=prompt,
        root=root,
        path=path,
        made_before_ms=now_ms() - age_ms(older_than) if older_than else None,
        is_orphan=orphans,
    )
    aim = Aim(order, size_of(to) if to else None, nano_of(budget) if budget else None)
    if selection.is_everything and aim.stored_bytes is None and aim.budget_nano is None:
        raise PlanInvalid(
            "nothing says what is to go",
            next_step="Give --to, --budget, --older-than, --orphans, or what to select. "
            "`flagday cache clear --all` evicts everything.",
        )
    _evict(selection, aim, db, plan, dry_run=dry_run, as_json=as_json)


@app.command()
def clear(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    type_: Annotated[str | None, typer.Option("--type", help="Only this type.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only of this provider.")] = None,
    model: Annotated[str | None, typer.Option(help="Only of this model.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All entries.")] = False,
    db: Db = None,
    plan: PlanFile = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Delete all entries of a type, a provider or a model, or all; the account of them stays."""
    selection = Selection(cache_type=type_, provider=provider, model=model)
    if selection.is_everything != everything:
        raise PlanInvalid(
            "either --all, or what to select", next_step="Choose. Nothing was deleted."
        )
    _evict(selection, Aim(), db, plan, dry_run=dry_run, as_json=as_json)


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="A folder of JSON, JSON lines, or a database.")],
    db: Db = None,
    plan: PlanFile = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import the analyses of another cache; the source is only read."""
    from tasks.cache.importing import import_from  # noqa: PLC0415 -- only this needs them
    from tasks.cache.sources import read_source  # noqa: PLC0415 -- as above

    with opened(db, plan, with_prices=True) as cache:
        imported = import_from(cache, read_source(source), is_dry_run=dry_run)
    if as_json:
        print_json({name: getattr(imported, name) for name in imported.__slots__})
        return
    for refusal in imported.refusals:
        typer.echo(plain(refusal), err=True)
    counts = imported.fates + imported.refused
    for what, count in [("read", imported.read), *sorted(counts.items())]:
        typer.echo(f"{count}\t{what}")
    typer.echo(f"{imported.rekeyed}\twith another key before")
    typer.echo(f"{imported.never_hit}\twith a key that could never hit")
    typer.echo(f"{imported.verified}\tread back as they were")


@app.command()
def export(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    type_: Annotated[str | None, typer.Option("--type", help="Only this type.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only of this provider.")] = None,
    model: Annotated[str | None, typer.Option(help="Only of this model.")] = None,
    prompt: Annotated[str | None, typer.Option(help="Only of this prompt hash.")] = None,
    root: Root = None,
    path: Glob = None,
    db: Db = None,
    plan: PlanFile = None,
) -> None:
    """Print entries with their values as JSON lines that an import reads."""
    from tasks.cache.exporting import lines  # noqa: PLC0415 -- only this needs it

    selection = Selection(type_, provider, model, prompt, root=root, path=path)
    left_out = 0
    with opened(db, plan) as cache:
        for line in lines(cache, selection):
            if line is None:
                left_out += 1
            else:
                typer.echo(line)
    if left_out:
        said = f"{left_out} analyses are left out: their values cannot be read any more"
        typer.echo(f"{said}; `flagday cache verify` names them", err=True)


@app.command("train")
def train_(
    type_: Annotated[str | None, typer.Option("--type", help="Only this type.")] = None,
    db: Db = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """Train a dictionary for each type, and compress its values anew where that pays."""
    from flows.cli.cache_account import learnt  # noqa: PLC0415 -- only this needs them
    from tasks.cache.statistics import cache_stats  # noqa: PLC0415 -- as above
    from tasks.cache.training import train  # noqa: PLC0415 -- as above

    with opened(db, plan) as cache:
        types = [type_] if type_ else list(cache_stats(cache).by_type)
        trained = {name: train(cache, name) for name in types}
    if as_json:
        print_json({name: asdict(done) if done else None for name, done in trained.items()})
        return
    for name, done in trained.items():
        typer.echo(plain(f"{name}\t{learnt(done)}"))


@app.command()
def verify(db: Db = None, plan: PlanFile = None, as_json: AsJson = False) -> None:
    """Check every key, every value and every sum; exit 5 where something is wrong."""
    from tasks.cache.verifying import verify as verified  # noqa: PLC0415 -- only this needs it

    with opened(db, plan) as cache:
        found = verified(cache)
    if as_json:
        print_json(asdict(found))
    else:
        for offence in found.offences:
            typer.echo(plain(f"{offence.where}\t{offence.what}"))
        typer.echo(f"{found.entries} entries, {len(found.offences)} offences", err=True)
    if found.offences:
        raise VerdictFailed(
            f"{len(found.offences)} things in the cache are not as they should be",
            next_step="Set these analyses again, or move the companion away; a new one begins.",
        )


def _evict(  # noqa: PLR0913 -- as above
    selection: Selection,
    aim: Aim,
    db: Path | None,
    plan: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    with opened(db, plan) as cache:
        done = evict(cache, selection, aim, is_dry_run=dry_run)
    if as_json:
        print_json({**asdict(done), "is_dry_run": dry_run})
        return
    from flows.cli.cache_account import evicted  # noqa: PLC0415 -- as in stats

    typer.echo(evicted(done, is_dry_run=dry_run))
