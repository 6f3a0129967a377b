#!/usr/bin/python3
"""OpenStack Swift with its S3 face (s3api), all four servers in one process on loopback, for tests.

Needs Debian's packages swift-proxy, swift-account, swift-container and swift-object, and a folder on a file system with extended
attributes. Prints "listening on http://127.0.0.1:PORT" when it serves; ends when its standard input closes.
Users of the one account: test:tester (key "testing-c0ffee", may do everything) and test:reader (key "reading", may do what bucket ACLs say).
"""
import os
import sys
from time import time as now

import eventlet

eventlet.monkey_patch(os=False)

from eventlet import greenio, wsgi  # noqa: E402
from swift.common import utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402

FOLDER = os.path.abspath(sys.argv[1])
HASH = "rubato tests"

PIPELINE = "catch_errors s3api tempauth slo proxy-server"
PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = {pipeline}
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
# Real S3 gives a thousand names at a time. Fewer here, so that tests of long listings need few objects: each costs an fsync or two.
max_bucket_listing = 100
dns_compliant_bucket_names = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing-c0ffee .admin
user_test_reader = reading
[filter:slo]
use = egg:swift#slo
"""


class Cache:
    """What memcached is to Swift elsewhere; this is one process."""

    def __init__(self):
        self.values = {}

    def get(self, key, **_):
        value, end = self.values.get(key, (None, 0))
        return value if end == 0 or end > now() else None

    def set(self, key, value, time=0, **_):
        self.values[key] = (value, now() + time if time else 0)

    def delete(self, key, **_):
        self.values.pop(key, None)

    def incr(self, key, delta=1, time=0, **_):
        self.set(key, int(self.get(key) or 0) + delta, time)
        return self.get(key)

    def decr(self, key, delta=1, time=0, **_):
        return self.incr(key, -delta, time)


def cached(app):
    cache = Cache()

    def call(environ, start_response):
        environ["swift.cache"] = cache
        return app(environ, start_response)

    return call


def write(name, text):
    with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
        file.write(text)


def ring(name, port):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": port, "device": "disk", "meta": "",
                     "replication_ip": "127.0.0.1", "replication_port": port})
    builder.rebalance(seed=1)
    builder.get_ring().save(os.path.join(FOLDER, name + ".ring.gz"))


def serve(socket, app):
    eventlet.spawn_n(wsgi.server, socket, app, log=open(os.devnull, "w", encoding="utf-8"), log_output=False,
                     custom_pool=eventlet.GreenPool(256), keepalive=True, capitalize_response_headers=False)


def main():
    os.makedirs(os.path.join(FOLDER, "devices", "disk"), exist_ok=True)
    write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = {0}\nswift_hash_path_prefix = {0}\n[storage-policy:0]\nname = only\ndefault = yes\n".format(HASH))
    utils.SWIFT_CONF_FILE = os.path.join(FOLDER, "swift.conf")
    utils.HASH_PATH_SUFFIX = utils.HASH_PATH_PREFIX = HASH.encode()
    # What the servers remember of the system's configuration file must not reach these.
    from swift.common import storage_policy
    storage_policy.reload_storage_policies()
    from swift.account.server import AccountController
    from swift.common.wsgi import loadapp
    from swift.container.server import ContainerController
    from swift.obj.server import ObjectController

    conf = {"devices": os.path.join(FOLDER, "devices"), "mount_check": "false", "swift_dir": FOLDER, "disable_fallocate": "true",
            "fallocate_reserve": "0", "recon_cache_path": FOLDER, "log_level": "ERROR"}
    for name, controller in (("account", AccountController), ("container", ContainerController), ("object", ObjectController)):
        socket = eventlet.listen(("127.0.0.1", 0))
        ring(name, socket.getsockname()[1])
        serve(socket, controller(conf))

    write("proxy-server.conf", PROXY.format(folder=FOLDER, pipeline=PIPELINE))
    socket = eventlet.listen(("127.0.0.1", 0))
    serve(socket, cached(loadapp(os.path.join(FOLDER, "proxy-server.conf"))))
    print("listening on http://127.0.0.1:%d" % socket.getsockname()[1], flush=True)
    # The process that started this one holds the other end: when it goes, however it goes, so does this.
    greenio.GreenPipe(sys.stdin.fileno(), "rb").read()
    os._exit(0)


main()
