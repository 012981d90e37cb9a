import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tasks.columnar.names import words_of
from verification.checks.ascii_words import texts, unproven

CHARACTERS = st.sampled_from("aAbBzZ019_-$ é")
NAMES = st.lists(st.text(CHARACTERS, max_size=9), min_size=1, max_size=30)


def bulk(values):
    """Return texts as columns."""
    octets = [value.encode() for value in values]
    return texts(b"".join(octets), np.array([len(each) for each in octets]))


def true_words(names):
    """Return the words of names as the builder has them."""
    return words_of(pa.array(names, pa.string())).to_pylist()


@given(NAMES)
def test_right_words_are_proven_for_every_name_in_ascii_and_for_no_other(names):
    others = [place for place, name in enumerate(names) if not name.isascii()]

    assert unproven(bulk(names), bulk(true_words(names))).tolist() == others


@given(NAMES, st.data())
def test_other_words_are_never_proven_whatever_stands_around_them(names, data):
    words = true_words(names)
    place = data.draw(st.integers(0, len(names) - 1))
    words[place] = data.draw(
        st.text(CHARACTERS, max_size=9).filter(lambda text: text != words[place])
    )

    assert place in unproven(bulk(names), bulk(words)).tolist()
