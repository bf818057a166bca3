#!/usr/bin/env python3
"""Runs a command while a RabbitMQ of its own is there.

  with_rabbitmq.py CMD…

The command finds its URL in CUPEL_TEST_AMQP. The broker runs as the user
rabbitmq when this is root, listens on loopback only, has its node name, ports,
port mapper and folders for itself, and is gone afterwards with all of them.
"""

import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

SBIN = "/usr/lib/rabbitmq/bin"
READY_SECONDS = 180

CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{port}
default_user = cupel
default_pass = {password}
default_vhost = /
loopback_users.cupel = true
log.console = false
log.file.level = warning
disk_free_limit.absolute = 1MB
vm_memory_high_watermark.relative = 0.5
{extra}
"""


def free_ports(count):
    """Ports of loopback that nobody listens on, all different."""
    sockets = []
    for _ in range(count):
        one = socket.socket()
        one.bind(("127.0.0.1", 0))
        sockets.append(one)
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class RabbitMq:
    """A broker; use it in a with statement."""

    def __init__(self, extra_config="", tls=None):
        self.port, dist, epmd, self.tls_port = free_ports(4)
        self.password = secrets.token_hex(12)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cupel-rabbit-"))
        self.process = None
        self.port_mapper = None
        self.user = None
        if os.geteuid() == 0:
            self.user = pwd.getpwnam("rabbitmq")
        if tls is not None:
            extra_config += (f"\nlisteners.ssl.1 = 127.0.0.1:{self.tls_port}\n"
                             f"ssl_options.cacertfile = {tls['ca']}\n"
                             f"ssl_options.certfile = {tls['cert']}\n"
                             f"ssl_options.keyfile = {tls['key']}\n"
                             "ssl_options.verify = verify_none\n")
        config = self.folder / "rabbitmq.conf"
        config.write_text(CONFIG.format(port=self.port, password=self.password,
                                        extra=extra_config))
        (self.folder / "plugins").write_text("[].\n")
        for name in ("data", "log", "home", "run"):
            (self.folder / name).mkdir()
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self.folder / "home"),
            "RABBITMQ_NODENAME": f"cupel{self.port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(config),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "none.config"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "run" / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_DIST_PORT": str(dist),
            "RABBITMQ_SERVER_START_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP_SECONDS": "0",
        }
        if self.user is not None:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, self.user.pw_uid, self.user.pw_gid)

    @property
    def url(self):
        return f"amqp://cupel:{self.password}@127.0.0.1:{self.port}/"

    @property
    def tls_url(self):
        return f"amqps://cupel:{self.password}@localhost:{self.tls_port}/"

    def _popen(self, arguments, **options):
        if self.user is not None:
            options.update(user=self.user.pw_uid, group=self.user.pw_gid,
                           extra_groups=[])
        return subprocess.Popen(arguments, env=self.environment,
                                cwd=self.folder, stdin=subprocess.DEVNULL,
                                **options)

    def ctl(self, *arguments, check=True):
        """Runs rabbitmqctl; its standard output."""
        process = self._popen([f"{SBIN}/rabbitmqctl", "--quiet", *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        out, _ = process.communicate(timeout=READY_SECONDS)
        if check and process.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {arguments[0]}: "
                               + out.decode(errors="replace"))
        return out.decode(errors="replace")

    def start(self):
        """Starts it, also on what an earlier one left; waits until it is
        ready."""
        if self.port_mapper is None:
            self.port_mapper = self._popen(["epmd"], stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
        with open(self.folder / "log" / "console", "ab") as log:
            # A group of its own, so that all of it can be ended.
            self.process = self._popen([f"{SBIN}/rabbitmq-server"], stdout=log,
                                       stderr=log, start_new_session=True)
        try:
            # The first waits for the node, the second for its applications.
            self.ctl("wait", "--timeout", str(READY_SECONDS),
                     self.environment["RABBITMQ_PID_FILE"])
            self.ctl("await_startup", "--timeout", str(READY_SECONDS))
        except Exception:
            sys.stderr.write((self.folder / "log" / "console").read_text(
                errors="replace")[-4000:])
            self.stop()
            raise
        return self

    def kill(self):
        """As if the machine had lost its power: no process may finish."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process = None
        pathlib.Path(self.environment["RABBITMQ_PID_FILE"]).unlink(
            missing_ok=True)

    def settle(self):
        """Lets the broker write down which queues there are. RabbitMQ 3.10
        keeps the names of new quorum queues in memory for a time: killed
        before, it comes back with a queue that has no leader, for good."""
        self.ctl("stop_app")
        self.ctl("start_app")
        self.ctl("await_startup", "--timeout", str(READY_SECONDS))

    def restart(self):
        self.kill()
        return self.start()

    def stop(self):
        """Ends it and its port mapper, and removes its folders."""
        self.kill()
        if self.port_mapper is not None:
            self.port_mapper.kill()
            self.port_mapper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    # So that the broker is stopped, whatever ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with RabbitMq() as broker:
        environment = dict(os.environ, CUPEL_TEST_AMQP=broker.url)
        return subprocess.run(sys.argv[1:], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
