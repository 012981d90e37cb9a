import pytest

from tasks.index.formats.enclosing import Enclosing
from tests.tasks.index.formats.answers import symbol


@pytest.mark.parametrize("separator", [".", "::", "/", "\\", "#", " -> "])
def test_the_enclosing_definition_is_found_whatever_separates_the_parts_of_a_scope(separator):
    outer = symbol("Outer", "class", 1, end_line=9)
    inner = symbol("Inner", "class", 2, end_line=8, scope="Outer")
    method = symbol("run", "method", 3, scope=f"Outer{separator}Inner")
    enclosing = Enclosing([outer, inner, method])

    assert [enclosing.of(found) for found in (outer, inner, method)] == [None, outer, inner]


def test_of_several_the_innermost_around_the_symbol_encloses_it():
    first = symbol("Door", "class", 1, end_line=4)
    second = symbol("Door", "struct", 5, end_line=9)
    around = symbol("Door", "class", 5, end_line=20)
    method = symbol("open", "method", 7, scope="Door")

    assert Enclosing([first, around, second, method]).of(method) in {second, around}
    assert Enclosing([first, second, method]).of(method) is second


def test_a_method_outside_of_its_type_is_enclosed_by_it_and_not_by_a_variable_of_that_name():
    variable = symbol("Door", "variable", 1)
    struct = symbol("Door", "struct", 2, end_line=3)
    method = symbol("Open", "method", 7, scope="Door")

    assert Enclosing([variable, struct, method]).of(method) is struct


def test_a_symbol_does_not_enclose_itself_and_a_longer_name_is_another_name():
    same = symbol("run", "function", 1, scope="run")
    longer = symbol("Backdoor", "class", 1, end_line=9)
    method = symbol("open", "method", 2, scope="door")
    enclosing = Enclosing([same, longer, method])

    assert [enclosing.of(same), enclosing.of(method)] == [None, None]


def test_a_scope_of_another_file_has_no_definition_here():
    method = symbol("open", "method", 2, scope="Door")

    assert Enclosing([method]).of(method) is None
