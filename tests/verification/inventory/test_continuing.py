"""Statements whose table the code puts behind them in a step or a call of its own."""

import pytest

SYMBOLS = ("symbols", "symbols_fts")
STEPS = [
    ("a.py", 'T = "symbols"\nq = "DELETE FROM "\nq += T\n'),
    (
        "b.py",
        'def f():\n    t = "symbols"\n    q = "DELETE FROM "\n    q = q + t + " WHERE name = ?"\n',
    ),
    ("c.py", 'T = "symbols"\nq = "".join(["DELETE FROM ", T, " WHERE name = ?"])\n'),
    ("a.js", 'const T = "symbols";\nlet q = "DELETE FROM ";\nq += T;\n'),
    ("b.js", "const q = 'DELETE FROM '.concat('symbols');\n"),
    (
        "A.java",
        'class A { String T = "symbols"; void f() { String q = "DELETE FROM ";\n q += T; } }\n',
    ),
    ("B.java", 'class B { String q = String.join(" ", "DELETE FROM", "symbols"); }\n'),
    ("a.cpp", 'auto t = "symbols";\nauto q = std::string("DELETE FROM ") + t;\n'),
    ("b.cpp", 'auto q = "DELETE FROM "s + "symbols";\n'),
    ("c.cpp", 'auto q = QString("DELETE FROM %1").arg("symbols");\n'),
    ("d.cpp", 'auto q = absl::StrCat("DELETE FROM ", "symbols");\n'),
    ("a.rs", 'const T: &str = "symbols";\nfn f() { let q = "DELETE FROM ".to_string() + T; }\n'),
]
OPEN = [
    ("a.py", 'q = "DELETE FROM "\nq += t\n'),
    ("b.py", 'sql = "delete from "\nsql += t\n'),
    ("A.java", 'class A { String q = "DELETE FROM ".concat(t); }\n'),
    ("B.java", 'class B { void f() { sb.append("DELETE FROM ");\n sb.append(t); } }\n'),
    ("a.cs", 'class A { void F() { var q = string.Concat("DELETE FROM ", t); } }\n'),
    ("a.cpp", 'auto q = QString("SELECT %1 FROM %2").arg(c).arg(t);\n'),
    ("a.c", 'void f() { strcpy(q, "DELETE FROM ");\n strcat(q, t); }\n'),
    ("a.go", 'package a\nvar q = strings.Join([]string{"DELETE FROM", t}, " ")\n'),
    ("b.go", 'package a\nvar q = fmt.Sprint("DELETE FROM ", t)\n'),
    ("a.rb", 'q = ["DELETE FROM", t].join(" ")\n'),
    ("a.swift", 'let q = ["DELETE FROM", t].joined(separator: " ")\n'),
    ("a.kt", 'val q = buildString {\n  append("DELETE FROM ")\n  append(t)\n}\n'),
    ("a.php", '<?php $q = implode(" ", ["DELETE FROM", $t]);\n'),
    ("a.r", 'q <- paste0("DELETE FROM ", t)\n'),
    ("a.hs", 'q = unwords ["DELETE FROM", t]\n'),
    ("a.clj", '(def q (str "DELETE FROM " t))\n'),
    ("a.pl", 'my $q = "DELETE FROM ";\n$q .= $t;\n'),
]
FRIENDS = [
    ("a.py", 'WORDS = ("DELETE FROM ", "INSERT INTO ", "UPDATE ")\nkeyword = "INSERT INTO"\n'),
    ("b.py", 'BEGINS = "INSERT INTO "\nfor line in f:\n    n += line.startswith(BEGINS)\n'),
    ("c.py", 's = sql.replace("INSERT INTO ", "INSERT OR IGNORE INTO ")\nassertIn("UPDATE ", s)\n'),
    ("d.py", 'q = "DELETE FROM "\nq += "files"\nr = "".join(["SELECT 1 FROM ", "files"])\n'),
    ("e.py", 'log.info("DELETE FROM " + t)\nlog.info("DELETE FROM ", t)\n'),
    ("f.py", 'ok = kind == "DELETE FROM " or "INSERT INTO " in s\nx = {"INSERT INTO ": 1}\n'),
    ("a.js", 'const label = "UPDATE ";\nel.text("Select a value from " + list);\n'),
    ("a.c", 'int f() { return strncmp(s, "INSERT INTO ", 12) || strstr(s, "DELETE FROM "); }\n'),
    ("a.sh", 'grep "INSERT INTO " dump.sql\necho "DELETE FROM "\n'),
    ("a.go", 'package a\nfunc f() bool { return strings.HasPrefix(s, "DELETE FROM ") }\n'),
    ("A.java", 'class A { boolean f() { return s.equals("DELETE FROM "); } }\n'),
]


@pytest.mark.parametrize(("name", "source"), STEPS, ids=[name for name, _ in STEPS])
def test_a_table_that_is_put_behind_a_statement_is_looked_up(find, name, source):
    assert [path.tables for path in find({name: source})] == [SYMBOLS]


@pytest.mark.parametrize(("name", "source"), OPEN, ids=[name for name, _ in OPEN])
def test_a_statement_that_breaks_off_before_its_table_is_left_unclassified(find, name, source):
    assert [path.tables for path in find({name: source})] == [()]


@pytest.mark.parametrize(("name", "source"), FRIENDS, ids=[name for name, _ in FRIENDS])
def test_words_of_sql_that_nothing_follows_stay_out(find, name, source):
    assert find({name: source}) == []
