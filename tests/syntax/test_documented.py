"""What each language knows of a definition besides its place: its signature and its docstring."""

import pytest

from tests.syntax.rows import docs, rows_of

EXAMPLES = {
    "cpp": (
        """
/// Adds one.
template <typename T, typename U = List<T>>
T add(T by) { return by + 1; }
/** Holds one. */
template <typename T> class Box : public Base<T>
{ T one; };
template <typename T>
T bare(T by) { return by; }
/// Draws.
class EXPORT Canvas { int wide; };
""",
        {
            "add": ("T add(T by)", "Adds one."),
            "Box": ("class Box : public Base<T>", "Holds one."),
            "Canvas": ("class EXPORT Canvas", "Draws."),
            "wide": (None, "Draws."),
        },
    ),
    "c": (
        """
/* Fills. */
SYSCALL_DEFINE2(fill, int, fd)
{
    return fd;
}
/** Packed. */
struct __packed header {
    int kind;
};
""",
        {
            "fill": ("SYSCALL_DEFINE2(fill, int, fd)", "Fills."),
            "header": ("struct __packed header", "Packed."),
        },
    ),
    "rust": (
        """
/// Adds one.
#[inline]
#[must_use]
pub fn add(by: i32) -> i32 {
    by + 1
}
#[inline]
fn bare() {}
""",
        {"add": ("pub fn add(by: i32) -> i32", "Adds one.")},
    ),
    "csharp": (
        """
class Store {
    /// <summary>Adds one.</summary>
    [Pure]
    public int Add(int by) => by + 1;
}
""",
        {"Add": ("[Pure] public int Add(int by)", "<summary>Adds one.</summary>")},
    ),
    "kotlin": (
        """
/** Adds one. */
@Pure
fun add(by: Int): Int {
    return by + 1
}
""",
        {"add": ("@Pure fun add(by: Int): Int", "Adds one.")},
    ),
    "scala": (
        """
/** Adds one. */
@pure def add(by: Int): Int = {
  by + 1
}
""",
        {"add": ("@pure def add(by: Int): Int", "Adds one.")},
    ),
    "swift": (
        """
/// Adds one.
@inlinable func add(by: Int) -> Int {
    by + 1
}
""",
        {"add": ("@inlinable func add(by: Int) -> Int", "Adds one.")},
    ),
    "objc": (
        """
@implementation Store
/** Adds one. */
- (int)add:(int)by {
  return by + 1;
}
@end
""",
        {"add": ("- (int)add:(int)by", "Adds one.")},
    ),
    "ruby": (
        """
# Adds one.
def add(by)
  by + 1
end
""",
        {"add": ("def add(by)", "Adds one.")},
    ),
    "php": (
        """<?php
/** Adds one. */
#[Pure]
function add(int $by): int
{
    return $by + 1;
}
""",
        {"add": ("#[Pure] function add(int $by): int", "Adds one.")},
    ),
    "dart": (
        """
/// Adds one.
@pure
int add(int by) {
  return by + 1;
}
""",
        {"add": ("int add(int by)", "Adds one.\n@pure")},
    ),
    "bash": (
        """
# Adds one.
add() {
  echo $(($1 + 1))
}
""",
        {"add": ("add()", "Adds one.")},
    ),
    "lua": (
        """
--- Adds one.
local function add(by)
  return by + 1
end
""",
        {"add": ("local function add(by)", "Adds one.")},
    ),
    "perl": (
        """
# Adds one.
sub add {
    return 1;
}
""",
        {"add": ("sub add", "Adds one.")},
    ),
    "r": (
        """
#' Adds one.
add <- function(by) {
  by + 1
}
""",
        {"add": ("add <- function(by)", "Adds one.")},
    ),
    "julia": (
        """
\"\"\"
Adds one.
\"\"\"
function add(by)
    by + 1
end
""",
        {"add": ("function add(by)", "Adds one.")},
    ),
    "elixir": (
        """
@doc "Adds one."
@spec add(integer) :: integer
def add(by) do
  by + 1
end
""",
        {"add": ("def add(by)", "Adds one.\n@spec add(integer) :: integer")},
    ),
    "powershell": (
        """
<#
Adds one.
#>
function Add-One($By) {
    $By + 1
}
""",
        {"Add-One": ("function Add-One($By)", "Adds one.")},
    ),
    "groovy": (
        """
/** Adds one. */
int add(int by) {
  return by + 1
}
""",
        {"add": ("int add(int by)", "Adds one.")},
    ),
}


@pytest.mark.parametrize("language", EXAMPLES)
def test_a_definition_has_its_signature_and_the_docstring_above(language):
    text, wanted = EXAMPLES[language]
    found = docs(text, language)
    symbols = [row for row in rows_of("symbols", text, language) if row["line_number"] in found]

    assert {row["name"]: (row["signature"], found[row["line_number"]]) for row in symbols} == wanted
