#!/usr/bin/env python3
"""Runs a command while a PostgreSQL of its own is there.

  with_postgres.py [--small-disk SIZE | --durable] CMD…

The command finds the URL in CUPEL_TEST_POSTGRES. The server runs as the user
postgres when this is root, listens on loopback only, with a password, has its
port and data for itself, and is gone afterwards with all of it. What the
command writes to the socket CUPEL_TEST_POSTGRES_CONTROL is done to the server:
kill, start, freeze or thaw, one a line; "ok" is the answer to each.

With --durable it waits for the disk, as one that is in use does. With
--small-disk its tables (not its log) are on a file system of that size,
which needs root.

  with PostgresServer() as server:      # as a module
      server.url, server.psql("SELECT 1")
      server.kill(); server.start()     # as if the machine had crashed
"""

import contextlib
import ctypes
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
import threading
import time

READY_SECONDS = 120
PR_SET_PDEATHSIG = 1

# Nothing has to outlive the machine here.
CONFIG = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
max_connections = 100
shared_buffers = 32MB
fsync = off
full_page_writes = off
autovacuum_naptime = 5s
log_min_messages = warning
lc_messages = 'C'
{extra}
"""


def find_bin():
    """The folder with the newest initdb."""
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                     key=lambda path: int(path.parts[-3]))
    if folders:
        return folders[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise SystemExit("no PostgreSQL here: apt-get install postgresql")
    return pathlib.Path(found).parent


def free_port():
    """A port of loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class PostgresServer:
    """A server; use it in a with statement."""

    def __init__(self, extra_config="", small_disk=None, durable=False):
        self.bin = find_bin()
        self.port = free_port()
        self.user, self.database = "cupel", "cupel"
        self.password = secrets.token_hex(12)
        self.account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cupel-postgres-"))
        self.small_disk = small_disk
        self.disk = self.folder / "disk"
        self.data = self.disk / "data"
        self.extra_config = extra_config
        if durable:
            self.extra_config += "fsync = on\nfull_page_writes = on\n"
        self.process = None

    @property
    def url(self):
        return self.url_with(self.password)

    def url_with(self, password, database=None, host="127.0.0.1"):
        return (f"postgresql://{self.user}:{password}@{host}:{self.port}/"
                f"{database or self.database}")

    def __enter__(self):
        try:
            self._make()
            self.start()
            self.psql(f"CREATE DATABASE {self.database} ENCODING 'UTF8' "
                      "TEMPLATE template0", database="postgres")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        with contextlib.suppress(Exception):
            self.stop()
        if self.process is not None:
            self.kill()
        if self.small_disk is not None:
            subprocess.run(["umount", "-l", self.disk], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _become(self):
        """In the child: another user, and gone when the parent is gone."""
        if self.account is not None:
            os.setgroups([])
            os.setgid(self.account.pw_gid)
            os.setuid(self.account.pw_uid)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

    def _environment(self):
        return {"PATH": f"{self.bin}:/usr/bin:/bin", "LANG": "C.UTF-8",
                "HOME": str(self.folder), "TZ": "UTC"}

    def _make(self):
        self.disk.mkdir()
        if self.small_disk is not None:
            subprocess.run(["mount", "-t", "tmpfs", "-o",
                            f"size={self.small_disk}", "cupel", self.disk],
                           check=True)
        password_file = self.folder / "password"
        password_file.write_text(self.password + "\n")
        if self.account is not None:
            for path in (self.folder, password_file, self.disk):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        done = subprocess.run(
            [self.bin / "initdb", "-D", self.data, "-U", self.user, "-E",
             "UTF8", "--locale=C.UTF-8", "--no-sync", "-A", "scram-sha-256",
             "--pwfile", password_file, "--waldir", self.folder / "wal"],
            env=self._environment(), cwd=self.folder, preexec_fn=self._become,
            capture_output=True, timeout=READY_SECONDS, check=False)
        if done.returncode != 0:
            raise RuntimeError("initdb: " + done.stderr.decode())
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as out:
            out.write(CONFIG.format(port=self.port, extra=self.extra_config))

    def start(self):
        """Returns when the server takes connections."""
        if self.process is not None and self.process.poll() is None:
            return
        deadline = time.monotonic() + READY_SECONDS
        while True:
            with open(self.folder / "log", "ab") as log:
                self.process = subprocess.Popen(
                    [self.bin / "postgres", "-D", self.data],
                    env=self._environment(), cwd=self.folder, stdout=log,
                    stderr=log, stdin=subprocess.DEVNULL,
                    preexec_fn=self._become, start_new_session=True)
            # One that was killed may leave things behind for a moment.
            if self._ready(deadline):
                return
            self.process = None
            if time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start: " + self.log())

    def _ready(self, deadline):
        while self.process.poll() is None and time.monotonic() < deadline:
            done = subprocess.run(
                [self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p",
                 str(self.port), "-d", "postgres"],
                env=self._environment(), check=False)
            if done.returncode == 0:
                return True
            time.sleep(0.05)
        return False

    def log(self):
        """The end of what the server said."""
        with contextlib.suppress(OSError):
            return (self.folder / "log").read_text(errors="replace")[-2000:]
        return ""

    def stop(self, how=signal.SIGINT):
        """Ends it in an orderly way."""
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(READY_SECONDS)
        self.process = None

    def kill(self):
        """Ends it and all its processes at once."""
        if self.process is None:
            return
        self._signal_all(signal.SIGKILL)
        self.process.wait(READY_SECONDS)
        self.process = None

    def freeze(self):
        """It stops answering, and keeps its connections."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self):
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number):
        """The postmaster first, so that it does not start others."""
        children = [int(path.parts[2]) for path in
                    pathlib.Path("/proc").glob("[0-9]*/stat")
                    if self._parent_of(path) == self.process.pid]
        for process in [self.process.pid, *children]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    @staticmethod
    def _parent_of(stat):
        with contextlib.suppress(OSError):
            return int(stat.read_text().rpartition(")")[2].split()[1])
        return None

    def psql(self, sql, database=None):
        """What a statement gives, as lines."""
        environment = self._environment() | {"PGPASSWORD": self.password}
        done = subprocess.run(
            [self.bin / "psql", "-X", "-q", "-A", "-t", "-v",
             "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U",
             self.user, "-d", database or self.database, "-c", sql],
            env=environment, capture_output=True, timeout=READY_SECONDS,
            check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())
        return done.stdout.decode().splitlines()


class Control(threading.Thread):
    """Does to a server what it is told through a socket."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.path = str(server.folder / "control")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()

    def run(self):
        while True:
            one, _ = self.listener.accept()
            with one, one.makefile("rw") as lines:
                for line in lines:
                    self.obey(line.strip())
                    lines.write("ok\n")
                    lines.flush()

    def obey(self, word):
        if word in ("kill", "start", "freeze", "thaw"):
            getattr(self.server, word)()


def main():
    arguments = sys.argv[1:]
    small_disk = None
    durable = arguments[:1] == ["--durable"]
    if durable:
        arguments = arguments[1:]
    if arguments[:1] == ["--small-disk"]:
        small_disk, arguments = arguments[1], arguments[2:]
    if not arguments:
        raise SystemExit(__doc__)

    def stop(number, _):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    with PostgresServer(small_disk=small_disk, durable=durable) as server:
        control = Control(server)
        control.start()
        environment = os.environ | {
            "CUPEL_TEST_POSTGRES": server.url,
            "CUPEL_TEST_POSTGRES_CONTROL": control.path}
        with subprocess.Popen(arguments, env=environment) as child:
            try:
                return child.wait()
            finally:
                if child.poll() is None:
                    child.terminate()


if __name__ == "__main__":
    sys.exit(main())
