"""Memory does not grow with the archive. Says nothing under a sanitizer, which
keeps freed memory for a while."""

import io
import random
import struct
import subprocess
import sys
import tarfile
import unittest

from support import CUPEL, TempDirTest

# Measured by a small process of its own: a child's peak is never below the size
# of the process that started it.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


class MemoryTest(TempDirTest):

    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yar",
                                'rule evil { strings: $e = "EVIL" condition: $e }')

    def peak_kib(self, path, *options):
        """Peak memory of a scan, as the shell's child sees it."""
        done = subprocess.run(
            [sys.executable, "-c", PEAK, CUPEL, "scan", str(path), "--rules", str(self.rules),
             "--output", str(self.dir / "report"), *options],
            capture_output=True, check=True, timeout=300)
        return int(done.stdout)

    def test_memory_does_not_grow_with_the_archive(self):
        def archive(count):
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
                noise = random.Random(1).randbytes(1 << 20)
                for i in range(count):
                    info = tarfile.TarInfo(f"f{i}")
                    info.size = 1 << 20
                    tar.addfile(info, io.BytesIO(struct.pack("<I", i) + noise[4:]))
            return self.write(f"{count}.tgz", out.getvalue())

        small = self.peak_kib(archive(4), "--threads", "1")
        large = self.peak_kib(archive(120), "--threads", "1")
        self.assertLess(large - small, 16 << 10)




if __name__ == "__main__":
    unittest.main()
