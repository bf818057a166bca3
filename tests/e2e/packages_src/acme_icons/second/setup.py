"""Example for Cupel: hidden in the second gzip member. Never runs."""
raise SystemExit("an example: never run")

import base64
from setuptools import setup

exec(base64.b64decode("cGFzcw=="))
setup(name="acme_icons", version="0.1.0")
