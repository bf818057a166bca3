"""An image that debootstrap makes, and a podman of the test's own for it.

The image's file system is kept (tests/support/debian_root.py), as it takes most
of the time; containers and storage are the test's and go with it. Nothing is
fetched from a registry.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import support

sys.path.append(str(support.ROOT / "tests" / "support"))
import debian_root

IMAGE = "localhost/cupel-boefje:1"
BOEFJE = pathlib.Path(__file__).with_name("oci_boefje.py")
STORAGE = """[storage]
driver = "{driver}"
graphroot = "{root}/graph"
runroot = "{root}/run"
"""
# runc: crun does not start containers where some controllers are in cgroup v1
# and others in v2. cgroupfs: there need not be a systemd.
CONTAINERS = """[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
"""


class Podman:
    """podman with a storage of its own, which has IMAGE."""

    def __init__(self, folder):
        try:
            self._set_up(folder / "overlay", "overlay")
        except AssertionError:
            # Where the folder is on an overlay itself: slower, but works.
            self._set_up(folder / "vfs", "vfs")

    def _set_up(self, folder, driver):
        folder.mkdir()
        self.folder = folder
        config = folder / "containers.conf"
        config.write_text(CONTAINERS)
        storage = folder / "storage.conf"
        storage.write_text(STORAGE.format(driver=driver, root=folder))
        self.variables = {"CONTAINERS_CONF": str(config),
                          "CONTAINERS_STORAGE_CONF": str(storage)}
        layer = folder / "image"
        layer.mkdir()
        shutil.copy(BOEFJE, layer / "boefje.py")
        whole = folder / "image.tar"
        shutil.copy(debian_root.archive(), whole)
        subprocess.run(["tar", "--append", "--file", whole, "--directory", layer, "boefje.py"],
                       check=True)
        self("import", "--quiet", "--change",
             'ENTRYPOINT ["/usr/bin/python3", "/boefje.py"]', whole, IMAGE)
        whole.unlink()
        self("run", "--rm", "--network", "none", "--ulimit", "nofile=64:64",
             "--ulimit", "nproc=64:64", "--entrypoint", "/bin/true", IMAGE)

    def __call__(self, *arguments):
        done = subprocess.run(["podman", *map(str, arguments)], text=True,
                              capture_output=True, check=False,
                              env={**os.environ, **self.variables})
        if done.returncode != 0:
            raise AssertionError(f"podman {arguments[0]} failed: {done.stderr}")
        return done.stdout

    def containers(self):
        """The names of all there are, running or not."""
        return self("ps", "--all", "--format", "{{.Names}}").split()

    def close(self):
        for name in self.containers():
            self("rm", "--force", name)
        self("rmi", "--all", "--force")
        # What podman keeps mounted beneath its storage.
        for mounted in sorted(_mounts_below(self.folder), reverse=True):
            subprocess.run(["umount", mounted], check=True)


def _mounts_below(folder):
    with open("/proc/self/mounts", encoding="utf-8") as file:
        for line in file:
            place = line.split()[1]
            if place.startswith(f"{folder}/"):
                yield place
