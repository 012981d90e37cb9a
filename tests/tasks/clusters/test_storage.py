"""A storage is a folder or a bucket: what is put in comes out, and what is deleted is gone."""

import hashlib
import stat

import pyarrow as pa
import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from tasks.clusters.storage import Storage
from tasks.errors import StepFailed

DATA = b"\0\1part" * 1000


@pytest.fixture(scope="module")
def bucket():
    """A server that speaks S3, with an empty bucket; where it is stands in the environment."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "id")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        made, _ = fs.FileSystem.from_uri("s3://bucket?allow_bucket_creation=true")
        made.create_dir("bucket")
        yield "s3://bucket"
    server.stop()


@pytest.fixture(params=["folder", "bucket", "part of a bucket", "fsspec"])
def place(request, tmp_path):
    places = {"folder": str(tmp_path), "fsspec": f"fsspec+local://{tmp_path}"}
    if request.param in places:
        return places[request.param]
    bucket = request.getfixturevalue("bucket")
    return bucket if request.param == "bucket" else f"{bucket}/below/it"


def test_what_is_put_comes_back_with_its_digest_and_goes_with_its_folder(place, tmp_path):
    storage = Storage(place)
    storage.make_folder("run")
    storage.put("run/pack", pa.py_buffer(DATA))
    storage.put("run/empty", b"")
    storage.delete("run/empty")
    storage.delete("run/empty")
    digest = storage.fetch("run/pack", tmp_path / "came")
    seen = ("run" in storage.names(), storage.has("run/pack"), storage.has("run/empty"))
    storage.delete_folder("run")

    assert digest == hashlib.sha256(DATA).hexdigest()
    assert (tmp_path / "came").read_bytes() == DATA
    assert seen == (True, True, False)
    assert "run" not in storage.names()
    storage.delete_folder("run")


def test_a_folder_in_a_storage_is_closed_to_others(tmp_path):
    tmp_path.chmod(0o777)
    Storage(str(tmp_path)).make_folder("run")

    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o770


@pytest.mark.parametrize(
    ("missing", "said"),
    [("/nowhere/at/all", "No such file"), ("s3://no-such-bucket", "bucket"), ("ftp://x/y", "ftp")],
)
def test_a_storage_that_is_not_there_is_told(bucket, missing, said):  # noqa: ARG001 -- S3 is there
    with pytest.raises(StepFailed, match=f"storage {missing} cannot be .*{said}"):
        Storage(missing).make_folder("run") or Storage(missing).put("run/file", b"")
