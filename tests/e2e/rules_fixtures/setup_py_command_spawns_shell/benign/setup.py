# Must trip nothing, close as it is to setup_py_command_spawns_shell.
import subprocess
from setuptools import setup
from setuptools.command.build_ext import build_ext
class Build(build_ext):
    def run(self):
        subprocess.check_call(["cmake", "--build", "."])
setup(name="fixture", cmdclass={"build_ext": Build})
