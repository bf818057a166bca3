"""Example for Cupel: looks like a malicious sdist. Never runs."""
raise SystemExit("an example: never run")

import subprocess
from setuptools import setup
from setuptools.command.install import install


class Install(install):
    def run(self):
        subprocess.call("bash -c 'exit 1'", shell=True)
        install.run(self)


setup(name="acme_colors", version="0.2.0", cmdclass={"install": Install})
