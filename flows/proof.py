"""Prove again, in a process of its own: an index by its checks, a run by all that it stated."""

from pathlib import Path

from tasks.errors import PreconditionFailed, VerdictFailed
from tasks.plan import HOME
from tasks.store.generations import candidate_of
from tasks.syntax.languages import languages
from verification import manifest, signature
from verification.rederive import Comparison, parsers, rederive
from verification.report import read_flaws
from verification.subject import Subject, Verdict
from verification.verify import verify


def check_index(db: Path, artifacts: Path | None, code: tuple[Path, ...]) -> Verdict:
    """Run every check on an index, those of the exports where ``artifacts`` has them.

    What was broken before the day, as the run's inventory tells, is not held against the index.
    """
    exports = artifacts / manifest.EXPORTS if artifacts else None
    subject = Subject(
        database=db,
        exports=exports if exports and exports.is_dir() else None,
        code=code,
        flaws=read_flaws(artifacts) if artifacts else (),
    )
    return verify(subject)


def folder_of(run: str, db: Path) -> Path:
    """Find a run by its folder or its id. Raises PreconditionFailed where there is none."""
    folders = (Path(run), db.parent / "runs" / run, db.parent / HOME / "runs" / run)
    for folder in folders:
        if (folder / manifest.NAME).is_file():
            return folder
    raise PreconditionFailed(
        f"there is no run {run} with a manifest",
        next_step=f"Name a folder that has a {manifest.NAME}, or an id below {folders[1].parent}.",
    )


def check_run(folder: Path, db: Path, code: tuple[Path, ...]) -> list[Comparison]:
    """Compare all that a run stated with what is derived anew, here and now.

    The index is the run's own generation where it is still there, else the one in service.
    Raises VerdictFailed where the folder is not what a run leaves.
    """
    generation = candidate_of(db, folder.name)
    database = generation if generation.is_file() else db if db.exists() else None
    installed = {name: entry.fingerprint.hex() for name, entry in languages().items()}
    try:
        stated = manifest.read(folder)["predicate"]["parserFingerprints"]
        compared = [*rederive(folder, database, code)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VerdictFailed(
            f"{folder} cannot be read as a run: {type(error).__name__}: {error}",
            next_step="Restore it from where its reports were committed.",
        ) from error
    return [*compared, *parsers(stated, installed, "as installed here")]


def check_signature(folder: Path, key: Path) -> str:
    """Return the id of the public key that signed a run. Raises VerdictFailed where it did not."""
    try:
        return signature.check_signature(folder, key)
    except signature.SignatureInvalid as error:
        raise VerdictFailed(
            str(error), next_step="Ask for the right key; trust nothing in the folder until then."
        ) from error
