"""What libraries do with a table, told by the words of their calls."""

import pytest

SYM = {
    "php": "<?php\nclass Sym extends Model { protected $table = 'symbols'; }\n",
    "rb": "class Sym < ApplicationRecord\n  self.table_name = 'symbols'\nend\n",
    "py": 'class Sym(models.Model):\n    class Meta:\n        db_table = "symbols"\n',
    "go": 'package a\ntype Sym struct {}\nfunc (Sym) TableName() string { return "symbols" }\n',
    "cs": "class A : DbContext { public DbSet<Sym> Symbols { get; set; } }\n",
    "java": '@Entity @Table(name = "symbols")\npublic class Sym {}\n',
    "ex": 'defmodule Sym do\n  schema "symbols" do\n  end\nend\n',
    "js": 'const Sym = orm.define("Sym", {}, { tableName: "symbols" });\n',
    "prisma": 'model Sym {\n  id Int @id\n  @@map("symbols")\n}\n',
}


@pytest.mark.parametrize(
    ("name", "call", "operation"),
    [
        ("a.php", "DB::table('symbols')->insert([1]);", "INSERT"),
        ("a.php", "DB::table('symbols')->where('a', 1)->delete();", "DELETE"),
        ("a.php", "DB::table('symbols')->update([1]);", "UPDATE"),
        ("a.php", "DB::table('symbols')->truncate();", "DELETE"),
        ("a.php", "DB::table('symbols')->where('set', 1)->get();", "SELECT"),
        ("a.php", "Sym::create([1]);", "INSERT"),
        ("a.php", "Sym::updateOrCreate([1]);", "INSERT"),
        ("a.php", "Sym::where('a', 1)->get();", "SELECT"),
        ("a.rb", "Sym.where(a: 1).delete_all", "DELETE"),
        ("a.rb", "Sym.destroy_all", "DELETE"),
        ("a.rb", "Sym.where(a: 1).update_all(b: 2)", "UPDATE"),
        ("a.rb", "Sym.upsert_all(rows)", "INSERT"),
        ("a.rb", "Sym.where(deleted: 1).count", "SELECT"),
        ("b.rb", "DB[:symbols].where(a: 1).delete", "DELETE"),
        ("b.rb", "DB[:symbols].insert(a: 1)", "INSERT"),
        ("b.rb", "DB[:symbols].all", "SELECT"),
        ("a.py", "Sym.objects.update_or_create(a=1)", "INSERT"),
        ("a.py", "Sym.objects.get_or_create(a=1)", "INSERT"),
        ("a.py", 'Sym.objects.bulk_update(rows, ["a"])', "UPDATE"),
        ("a.py", 'Sym.objects.filter(a=x.replace("a", "b"))', "SELECT"),
        ("a.py", "session.merge(Sym(a=1))", "INSERT"),
        ("a.py", "session.add_all([Sym(a=1)])", "INSERT"),
        ("a.py", "session.bulk_insert_mappings(Sym, rows)", "INSERT"),
        ("a.py", "session.bulk_update_mappings(Sym, rows)", "UPDATE"),
        ("a.py", "session.bulk_save_objects([Sym(a=1)])", "INSERT"),
        ("a.py", "session.execute(Sym.__table__.delete())", "DELETE"),
        ("a.py", "Sym(a=f(1)).save()", "INSERT"),
        ("a.go", "func f() { db.CreateInBatches([]Sym{}, 10) }", "INSERT"),
        ("a.cs", "class B { void F() {\nc.Symbols.Add(x); } }", "INSERT"),
        ("a.cs", "class B { void F() {\nc.Symbols.RemoveRange(x); } }", "DELETE"),
        ("a.cs", "class B { void F() {\nc.Symbols.Where(f).ExecuteDelete(); } }", "DELETE"),
        ("a.cs", "class B { void F() {\nc.Symbols.ToList(); } }", "SELECT"),
        ("a.java", "class B { void f() {\nem.persist(new Sym()); } }", "INSERT"),
        ("a.java", "interface B extends JpaRepository<Sym, Long> {}", "SELECT"),
        ("a.ex", "Repo.delete_all(Sym)", "DELETE"),
        ("a.ex", "Repo.insert(%Sym{})", "INSERT"),
        ("a.js", "await Sym.destroy({where: {}});", "DELETE"),
        ("b.r", 'dbReadTable(con, "symbols")', "SELECT"),
        ("b.r", 'dbAppendTable(con, "symbols", rows)', "INSERT"),
        ("b.clj", "(jdbc/insert! db :symbols {:a 1})", "INSERT"),
        ("b.clj", "(def q {:select [:a] :from [:symbols]})", "SELECT"),
        ("b.clj", "(def q {:delete-from :symbols})", "DELETE"),
        ("b.scala", 'class B(t: Tag) extends Table[(Int, Int)](t, "symbols") {}', "ANY"),
        ("a.prisma", "prisma.sym.deleteMany({});", "DELETE"),
        ("a.prisma", "prisma.sym.updateMany({});", "UPDATE"),
        ("a.prisma", "prisma.sym.findMany({});", "SELECT"),
        ("b.sh", 'sqlite-utils rows "$DB" symbols --limit 3', "SELECT"),
        ("b.sh", "f | sqlite-utils upsert index.db 'symbols' - --pk id", "INSERT"),
        ("b.sh", "sqlite-utils drop-table index.db symbols", "DDL"),
    ],
)
def test_a_call_of_a_library_is_told_by_its_verb(find, name, call, operation):
    stem, _, suffix = name.partition(".")
    model = SYM[suffix] if stem == "a" else ""
    files = {name: model, "a.ts": call} if suffix == "prisma" else {name: f"{model}{call}\n"}

    assert max(find(files), key=lambda path: (path.file, path.line)).operation.value == operation


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.py", "session.add_all([Sym(a=1)])\nSym(a=1).save()\n"),
        ("a.cs", "class B { void F() { compilation.Symbols.Where(f).ToList(); } }\n"),
        ("a.clj", "(defn f [m] (update m :symbols inc))\n(insert! tree :refs 1)\n"),
        ("a.r", 'read.table(con, "symbols")\nmerge(a, "refs")\n'),
        ("a.scala", 'class B(t: Tag) extends Row[Int](t, "symbols") {}\n'),
        ("b.sh", "# sqlite-utils rows a.db symbols\nsqlite-utils rows symbols symbols_seen\n"),
    ],
)
def test_the_same_words_without_a_mapping_or_a_library_stay_out(find, name, source):
    assert find({name: source}) == []
