# Must trip nothing, close as it is to rogue_build_runner.
SCRIPT = r"""
./config.sh --prefix=/opt/fixture
./run.sh
"""
