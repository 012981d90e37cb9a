"""What is on record of the bytes of an index."""

from tasks.store import audit
from tasks.upkeep.record import came_back, last_digest

DIGEST = "ab" * 32


def test_for_who_may_not_read_the_log_nothing_is_on_record(tmp_path, nobody):
    service = tmp_path / "index.db"
    service.touch()
    audit.append(service, audit.Act("roll back", DIGEST), audit.Result.DONE)
    read = (last_digest(service), came_back(service).action)
    audit.log_of(service).chmod(0)
    with nobody():
        unread = (last_digest(service), came_back(service))

    assert (read, unread) == ((DIGEST, "roll back"), (None, None))
