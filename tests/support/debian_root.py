"""A Debian of this release, made by debootstrap from the mirror of this system.

The file system is kept as a tar in build/debian-root, as making it takes most
of the time. `Root` is one that a test may change and enter, as root.
"""

import fcntl
import pathlib
import re
import shutil
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / "build" / "debian-root"

# In a mount namespace of its own nothing stays mounted afterwards. As its root,
# programs may make user namespaces, which they may not in a chroot; but within
# another chroot it can't be had.
ENTER = """set -e
mount --make-rprivate /
mount --bind "$1" "$1"
cd "$1"
for place in proc dev sys; do mount --rbind "/$place" "$place"; done
mkdir -p .outside
shift
inside="chroot ."
if pivot_root . .outside 2>/dev/null; then
  umount --lazy /.outside
  cd /
  inside=
fi
exec $inside /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
"""


def mirror():
    """A mirror of this Debian, and its code name."""
    with open("/etc/os-release", encoding="utf-8") as file:
        code = re.search(r"VERSION_CODENAME=(\w+)", file.read()).group(1)
    files = [pathlib.Path("/etc/apt/sources.list"),
             *pathlib.Path("/etc/apt/sources.list.d").glob("*")]
    text = "\n".join(f.read_text() for f in files if f.is_file())
    for url in re.findall(r"https?://\S+", text):
        if re.search(r"/debian/?$", url):
            return url.rstrip("/"), code
    return "http://deb.debian.org/debian", code


def archive():
    """The file system as a tar, made by the first test; others that run beside
    it wait for that."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        tar = CACHE / "root.tar"
        return tar if tar.exists() else _make_archive(tar)


def _make_archive(tar):
    url, code = mirror()
    root = CACHE / "root"
    shutil.rmtree(root, ignore_errors=True)
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", "--include=python3", code, root,
         url],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    if made.returncode != 0:
        raise AssertionError(f"debootstrap failed:\n{made.stdout[-3000:]}")
    part = CACHE / "root.tar.part"
    subprocess.run(
        ["tar", "--create", "--file", part, "--directory", root,
         "--exclude=./var/cache", "--exclude=./var/lib/apt",
         "--exclude=./usr/share/doc", "--exclude=./dev", "."], check=True)
    shutil.rmtree(root)
    part.rename(tar)
    return tar


def debian_sources():
    """Lines for apt: what this system takes from Debian."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format",
         "$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)",
         "Created-By: Packages"], text=True, capture_output=True, check=True)
    for line in sorted(set(listed.stdout.splitlines())):
        origin, release, component, url = line.split("|")
        if origin.startswith("Debian"):
            yield f"deb {url} {release} {component}\n"


class Root:
    """A copy of that Debian in a folder, for one test."""

    def __init__(self, folder):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        subprocess.run(["tar", "--extract", "--file", archive(), "--directory",
                        folder], check=True)
        for place in ("dev", "var/cache/apt/archives/partial",
                      "var/lib/apt/lists/partial"):
            (folder / place).mkdir(parents=True, exist_ok=True)
        # No daemon is started when a package that has one is installed.
        self.write("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)
        self.write("etc/apt/sources.list", "".join(debian_sources()))
        # What this system needs to reach its mirror, that one needs too.
        shutil.copy("/etc/resolv.conf", folder / "etc" / "resolv.conf")
        dump = subprocess.run(["apt-config", "dump"], text=True,
                              capture_output=True, check=True).stdout
        self.write("etc/apt/apt.conf.d/90test", "".join(
            f"{line}\n" for line in dump.splitlines()
            if re.match(r"Acquire::(http|https|ftp)(::[^ ]*)?::Proxy[: ]",
                        line)) +
            'APT::Install-Recommends "false";\nAcquire::Languages "none";\n')

    def write(self, place, text, mode=0o644):
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def try_run(self, *command, **options):
        """Runs a command in there; returns the finished process."""
        return subprocess.run(
            ["unshare", "--mount", "--", "/bin/sh", "-c", ENTER, "enter",
             self.folder, *map(str, command)], text=True, capture_output=True,
            check=False, **options)

    def run(self, *command, **options):
        """The standard output of a command that must succeed in there."""
        done = self.try_run(*command, **options)
        if done.returncode:
            raise AssertionError(
                f"{' '.join(map(str, command))}: exit status "
                f"{done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
        return done.stdout
