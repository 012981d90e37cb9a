"""What libraries do with a table, told by the words of their calls."""

import pytest

SYM = {
    "php": "<?php\nclass Sym extends Model { protected $table = 'symbols'; }\n",
    "rb": "class Sym < ApplicationRecord\n  self.table_name = 'symbols'\nend\n",
    "py": 'class Sym(models.Model):\n    class Meta:\n        db_table = "symbols"\n',
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
        ("b.rb", "# Sequel\nDB[:symbols].where(a: 1).delete", "DELETE"),
        ("b.rb", "# Sequel\nDB[:symbols].insert(a: 1)", "INSERT"),
        ("b.rb", "# Sequel\nDB[:symbols].all", "SELECT"),
        ("a.py", "Sym.objects.update_or_create(a=1)", "INSERT"),
        ("a.py", "Sym.objects.get_or_create(a=1)", "INSERT"),
        ("a.py", 'Sym.objects.bulk_update(rows, ["a"])', "UPDATE"),
        ("a.py", 'Sym.objects.filter(a=x.replace("a", "b"))', "SELECT"),
        ("a.py", "session.merge(Sym(a=1))", "INSERT"),
        ("a.prisma", "prisma.sym.deleteMany({});", "DELETE"),
        ("a.prisma", "prisma.sym.updateMany({});", "UPDATE"),
        ("a.prisma", "prisma.sym.findMany({});", "SELECT"),
    ],
)
def test_a_call_of_a_library_is_told_by_its_verb(find, name, call, operation):
    stem, _, suffix = name.partition(".")
    model = SYM[suffix] if stem == "a" else ""
    files = {name: model, "a.ts": call} if suffix == "prisma" else {name: f"{model}{call}\n"}

    assert max(find(files), key=lambda path: (path.file, path.line)).operation.value == operation
