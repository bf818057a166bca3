# Must trip nothing, close as it is to setup_py_runs_decoded_text.
from setuptools import setup
about = {}
with open("fixture/version.py") as f:
    exec(f.read(), about)
setup(name="fixture", version=about["version"])
