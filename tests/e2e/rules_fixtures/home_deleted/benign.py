# Must trip nothing, close as it is to home_deleted.
SCRIPT = r"""
rm -rf ~/.cache/fixture ./build /tmp/fixture
"""
