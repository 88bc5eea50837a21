"""Makes one OCI layout of several, each of one machine: usage: index.py OUT LAYOUT...

Its one entry is an index of their manifests, so that a registry gives each machine its own. The same layouts give the
same bytes.
"""
import hashlib
import io
import json
import os
import sys
import tarfile

out, layouts = sys.argv[1], sys.argv[2:]
manifests, name = [], None


def put(tar, path, content):
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode, entry.mtime = len(content), 0o644, 1
    tar.addfile(entry, io.BytesIO(content))


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


for layout in layouts:
    with tarfile.open(layout) as one:
        entry = json.load(one.extractfile("index.json"))["manifests"][0]
    called = entry["annotations"]["org.opencontainers.image.ref.name"]
    if name not in (None, called):
        sys.exit(f"image: \"{layout}\" is of \"{called}\", the one before of \"{name}\"")
    if any(entry["platform"] == other["platform"] for other in manifests):
        sys.exit(f"image: \"{layout}\" is of a machine that there is already")
    name = called
    manifests.append({key: entry[key] for key in ("mediaType", "digest", "size", "platform")})
written = set()
with tarfile.open(out + ".tmp", "w", format=tarfile.USTAR_FORMAT) as tar:
    put(tar, "oci-layout", text({"imageLayoutVersion": "1.0.0"}))
    for layout in layouts:
        with tarfile.open(layout) as one:
            for member in one.getmembers():
                if member.name.startswith("blobs/") and member.name not in written:
                    written.add(member.name)
                    put(tar, member.name, one.extractfile(member).read())
    kind = "application/vnd.oci.image.index.v1+json"
    index = text({"schemaVersion": 2, "mediaType": kind, "manifests": manifests})
    digest = hashlib.sha256(index).hexdigest()
    put(tar, f"blobs/sha256/{digest}", index)
    put(tar, "index.json", text({"schemaVersion": 2, "mediaType": kind, "manifests": [
        {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(index),
         "annotations": {"org.opencontainers.image.ref.name": name, "io.containerd.image.name": f"docker.io/library/{name}"}}]}))
os.replace(out + ".tmp", out)
print(f"sha256:{digest}")
