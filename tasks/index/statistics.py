"""What an index holds, in numbers, and how its questions went."""

from tasks.companion.query_stats import query_times
from tasks.index.answers import LanguageCount, OutcomeCount, Stats, TypeCount
from tasks.index.opening import OpenIndex


def stats_of(opened: OpenIndex) -> Stats:
    """Count by outcome, language and type: a content once, however many files hold it."""
    return Stats(
        index=str(opened.path),
        size_bytes=opened.size_bytes,
        outcomes=tuple(OutcomeCount(*row) for row in opened.ask("outcomes")),
        languages=tuple(LanguageCount(*row) for row in opened.ask("language_counts")),
        symbols=tuple(TypeCount(*row) for row in opened.ask("symbol_counts")),
        uses=tuple(TypeCount(*row) for row in opened.ask("ref_counts")),
        questions=tuple(query_times(opened.path)),
    )
