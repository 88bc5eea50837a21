"""Uses a Workload API socket by py-spiffe: spiffe_client.py SOCKET AUDIENCE SECONDS"""

import datetime
import sys
import time

from spiffe import JwtSource, WorkloadApiClient, X509Source

socket, audience, seconds = "unix://" + sys.argv[1], sys.argv[2], int(sys.argv[3])

with WorkloadApiClient(socket) as client:
    context = client.fetch_x509_context()
    assert str(context.default_svid.spiffe_id).startswith("spiffe://dev.mintmark/"), context
    assert client.fetch_jwt_bundles() is not None
    svid = client.fetch_jwt_svid(audience={audience})
    assert client.validate_jwt_svid(svid.token, audience).spiffe_id == svid.spiffe_id
    try:
        client.validate_jwt_svid(svid.token, "https://other.example.org")
        raise SystemExit("another audience was accepted")
    except Exception as refused:
        assert "audience" in str(refused).lower(), refused

with JwtSource(socket_path=socket) as source:
    assert source.fetch_svid(audience={audience}).spiffe_id == svid.spiffe_id

serials = set()
with X509Source(socket_path=socket) as source:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        leaf = source.get_x509_context().default_svid.leaf
        assert leaf.not_valid_after_utc > datetime.datetime.now(datetime.timezone.utc), "expired"
        serials.add(leaf.serial_number)
        time.sleep(0.2)
assert len(serials) >= 2, serials
print(len(serials))
