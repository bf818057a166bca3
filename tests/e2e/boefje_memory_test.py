"""cupel boefje run --memory. Apart from the other tests of boefjes, because a
sanitizer takes more addresses than any limit would leave, so that there is none
then."""

import unittest

import boefje_test


class MemoryTest(boefje_test.BoefjeTest):
    def test_one_that_takes_all_memory(self):
        self.boefje("def run(meta):\n    return [({'a/bcd'}, 'x' * (1 << 30))]\n")
        report = self.run_boefje("--memory", "300M", code=1)
        self.assertIn("MemoryError", report["problem"])


if __name__ == "__main__":
    unittest.main()
