"""Contents that real grammars cannot survive: each is one failure with its reason, and no more.

The grammar of Kotlin aborts where templates in strings are nested deeply, that of Fortran is caught
for minutes by lines that say no more than that they go on, and open parentheses cost the parser of
C hundreds of bytes each.
"""

GUILTY = {
    "crash.kt": '"${' * 2_000,
    "hang.f90": "&\n" * 200_000,
    "fill.c": "((((((((((((((((\n" * 300_000,
}
GOOD = {
    "good.c": "int good_c(void) { return 1; }\n",
    "good.f90": "subroutine good_fortran\nend subroutine\n",
    "good.kt": "fun goodKotlin() = 1\n",
    "twin.kt": "fun goodKotlin() = 1\n",
    "good.py": "def good_python(): return goodKotlin()\n",
}
LIMITS = {"parse_timeout_s": 2.0, "max_worker_memory_bytes": 160 << 20}


def test_a_file_that_crashes_one_that_hangs_and_one_that_fills_the_memory_fail_alone(bench):
    bench.write(src=GUILTY | GOOD)
    workspace = bench.run("src", limits=LIMITS)

    failures = {
        "crash.kt": "crashed the parser: SIGABRT",
        "fill.c": "out of memory: more than 0.2 GiB",
        "hang.f90": "timed out after 4 s",
    }
    assert bench.rows("SELECT path, outcome, reason FROM files ORDER BY path") == sorted(
        [(path, "failed", reason) for path, reason in failures.items()]
        + [(path, "indexed", None) for path in GOOD]
    )
    assert bench.rows("SELECT name, path, line_number FROM golden_symbols ORDER BY name, path") == [
        ("goodKotlin", "good.kt", 1),
        ("goodKotlin", "twin.kt", 1),
        ("good_c", "good.c", 1),
        ("good_fortran", "good.f90", 1),
        ("good_python", "good.py", 1),
    ]
    for report in ("verification.md", "verification.json", "report.html"):
        text = (workspace.artifacts / report).read_text("utf-8")
        assert {reason for reason in failures.values() if reason not in text} == set()
