# Must trip nothing, close as it is to disk_overwritten.
SCRIPT = r"""
dd if=/dev/zero of=fixture.img bs=1M count=1
"""
