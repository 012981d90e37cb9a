"""What identifies a content."""

from tasks.content.identity import content_hash


def test_the_identity_of_a_content_is_the_sha_256_of_its_raw_bytes():
    assert content_hash(b"abc").hex() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_another_newline_is_another_content():
    assert content_hash(b"a\n") != content_hash(b"a\r\n")
