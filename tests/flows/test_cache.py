"""The command that keeps, finds, counts, evicts and imports analyses."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

CONTENT = "content.c"
PRICES = '[prices."mill/large"]\ninput = 3\noutput = 15\n'
ONE = ("--type", "summary", "--file", CONTENT, "--provider", "mill", "--model", "large")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A working folder with a content, a value, and a plan that knows a price."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".flagday").mkdir()
    Path(CONTENT).write_text("int x;\n")
    Path("value.json").write_text('{"text": "ä"}')
    Path("flagday.toml").write_text(PRICES)


def put(command, *more):
    code, out, _ = command("cache", "put", "value.json", *ONE, *more)
    assert code == 0
    return out.strip()


def asked(command, *words):
    code, out, _ = command("cache", *words, "--json")
    assert code == 0
    return json.loads(out)


def damage_values():
    companion = Path(".flagday/index.db.companion.db")
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import apsw, sys; apsw.Connection(sys.argv[1]).execute("
            "'UPDATE analysis_values SET value = zeroblob(9)')",
            str(companion),
        ],
        check=True,
    )


def test_what_is_put_is_got(command):
    key = put(command)
    code, out, _ = command("cache", "get", *ONE)

    assert (code, json.loads(out)) == (0, {"text": "ä"})
    assert len(bytes.fromhex(key)) == 32


def test_a_content_is_told_by_a_file_or_by_its_hash(command):
    put(command)
    digest = hashlib.sha256(b"int x;\n").hexdigest()
    words = ("--type", "summary", "--content", digest, "--provider", "mill", "--model", "large")

    assert command("cache", "get", *words)[0] == 0


def test_what_is_not_there_exits_1_and_prints_no_value(command):
    assert command("cache", "get", *ONE) == (1, "", "it is not in the cache\n")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("[" * 5000 + "]" * 5000, ()),
        ("{", ()),
        ("1", ("--input-tokens", "99999999999999999999")),
        ("1", ("--output-tokens", "-1", "--dry-run")),
    ],
    ids=["deep", "cut off", "many tokens", "fewer tokens than none"],
)
def test_what_nobody_could_read_or_count_is_not_kept(command, value, words):
    Path("value.json").write_text(value)
    code, _, said = command("cache", "put", "value.json", *ONE, *words)

    assert (code, "unforeseen" in said, list(Path(".flagday").iterdir())) == (2, False, [])


def test_of_a_long_word_that_is_no_text_only_what_stands_around_is_repeated(command):
    word = "a" * 5000 + "\udcff"
    put(command)
    code, _, said = command("cache", "export", "--model", word)

    assert (code, "\\udcff' is not UTF-8" in said, len(said) < 400) == (2, True, True)


def test_a_dry_run_keeps_nothing(command):
    put(command, "--dry-run")

    assert command("cache", "get", *ONE)[0] == 1
    assert list(Path(".flagday").iterdir()) == []


def test_statistics_tell_cost_by_the_plans_prices_and_what_hits_saved(command):
    put(command, "--input-tokens", "1000000", "--output-tokens", "100000")
    command("cache", "get", *ONE)
    command("cache", "get", *ONE, "--prompt", "other")
    told = asked(command, "stats")
    code, out, _ = command("cache", "stats")

    assert (told["total"]["cost_nano"], told["total"]["saved_nano"]) == (45 * 10**8, 45 * 10**8)
    assert (told["total"]["hit_rate"], code) == (0.5, 0)
    assert "cost\t4.5000 to make again\nsaved\t4.5000\n" in out
    assert "mill/large\t1\t" in out


def test_evict_tells_what_would_go_then_does_it_and_says_whether_that_is_enough(command):
    put(command)
    would = asked(command, "evict", "--to", "0", "--dry-run")
    done = asked(command, "evict", "--to", "0kB", "--order", "cheapest")

    assert would == {**done, "is_dry_run": True}
    assert (done["entries"], done["left_bytes"], done["why"]) == (1, 0, "the aim is reached")


def test_evict_wants_to_know_what_is_to_go(command):
    code, _, said = command("cache", "evict")

    assert (code, "nothing says what is to go" in said) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("--to", "much"),
        ("--older-than", "old"),
        ("--budget", "-1"),
        ("--budget", "few"),
        ("--budget", "1e99999999"),
    ],
)
def test_a_size_an_age_or_an_amount_that_is_none_is_refused(command, words):
    assert command("cache", "evict", *words)[0] == 2


def test_orphans_need_an_index_that_can_tell(command):
    put(command)
    code, _, said = command("cache", "evict", "--orphans")

    assert (code, "cannot say which files hold a content" in said) == (3, True)


def test_clear_deletes_a_type_or_all_and_nothing_by_accident(command):
    put(command)

    assert command("cache", "clear")[0] == 2
    assert command("cache", "clear", "--all", "--type", "summary")[0] == 2
    assert asked(command, "clear", "--type", "review")["entries"] == 0
    assert asked(command, "clear", "--all")["entries"] == 1


def test_what_is_exported_can_be_imported_elsewhere(command):
    put(command)
    Path("out.jsonl").write_text(command("cache", "export")[1])
    told = asked(command, "import", "out.jsonl", "--db", "other.db")
    code, out, _ = command("cache", "import", "out.jsonl", "--db", "other.db")

    assert (told["fates"], told["verified"]) == ({"imported": 1}, 1)
    assert (code, out.splitlines()[:2]) == (0, ["1\tread", "1\talready there"])
    assert json.loads(command("cache", "get", *ONE, "--db", "other.db")[1]) == {"text": "ä"}


def test_an_export_says_how_many_values_cannot_be_read_any_more(command):
    put(command)
    damage_values()

    assert command("cache", "export") == (
        0,
        "",
        "1 analyses are left out: their values cannot be read any more; `flagday cache verify` "
        "names them\n",
    )


def test_train_says_what_there_is_to_learn(command):
    put(command)
    code, out, _ = command("cache", "train")

    assert (code, out) == (0, "summary\ttoo few values to learn from\n")
    assert asked(command, "train") == {"summary": None}


def test_verify_exits_5_where_something_is_wrong(command):
    put(command)
    sound = command("cache", "verify")[0]
    damage_values()
    code, out, _ = command("cache", "verify")

    assert (sound, code) == (0, 5)
    assert out.count("\n") == 1 + out.count("the stored value has another size")
