# Must trip nothing, close as it is to setup_py_command_downloads.
from setuptools import setup
from setuptools.command.build_py import build_py
class Generate(build_py):
    def run(self):
        self.mkpath("generated")
        super().run()
setup(name="fixture", cmdclass={"build_py": Generate})
