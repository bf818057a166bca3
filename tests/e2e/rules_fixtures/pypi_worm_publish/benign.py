# Must trip nothing, close as it is to pypi_worm_publish.
import subprocess
# The release job; credentials come from trusted publishing.
subprocess.run(["twine", "check", "dist/fixture-1.0.tar.gz"])
