"""What is on record of the bytes of an index."""

from tasks.store import audit
from tasks.upkeep.record import last_digest

DIGEST = "ab" * 32


def test_who_may_not_read_the_log_has_no_digest_on_record(tmp_path, nobody):
    service = tmp_path / "index.db"
    service.touch()
    audit.append(service, audit.Act("maintain", DIGEST), audit.Result.DONE)
    read = last_digest(service)
    audit.log_of(service).chmod(0)
    with nobody():
        unread = last_digest(service)

    assert (read, unread) == (DIGEST, None)
