"""The cases of participant.c in Python: participant.py LAYER RULES SMALL ...

LAYER is `extension` (cupel._cupel, no Python in between) or `typed` (what
programs use).
"""

import sys
import threading
import time


class Extension:
    """The extension module by itself."""

    def __init__(self, rules):
        from cupel import _cupel
        sources = _cupel.RuleSources()
        sources.add_path(rules)
        self._module, self._engine = _cupel, _cupel.Engine()
        self._rules = sources.compile(self._engine, 0, None, 0)
        self.entry = _cupel.version

    def scanner(self):
        from cupel.limits import Limits
        return self._module.Scanner(self._engine, self._rules, 0, 1, 0, 64,
                                    Limits()._numbers(), None, None, None, 0)

    @staticmethod
    def scan(scanner, data, times):
        for _ in range(times):
            if scanner.scan_memory("input", data, None).verdict != 1:
                sys.exit("not clean")

    @staticmethod
    def report(scanner, data, times):
        for _ in range(times):
            scanner.scan_memory("input", data, None).render(0, 0)


class Typed:
    """The layer that programs use."""

    def __init__(self, rules):
        import cupel
        self._cupel = cupel
        self._rules = cupel.compile_rules(paths=rules)
        self.entry = cupel.version

    def scanner(self):
        return self._cupel.Scanner(self._rules)

    def scan(self, scanner, data, times):
        clean = self._cupel.Verdict.CLEAN
        for _ in range(times):
            if scanner.scan(data, name="input").verdict != clean:
                sys.exit("not clean")

    @staticmethod
    def report(scanner, data, times):
        for _ in range(times):
            report = scanner.scan(data, name="input")
            if report.findings or not report.payloads:
                sys.exit("not clean, or nothing there")


def main():
    layer = {"extension": Extension, "typed": Typed}[sys.argv[1]](sys.argv[2])
    small, large, package = (open(path, "rb").read() for path in sys.argv[3:])
    inputs = {"small": small, "large": large, "package": package}
    scanners = [layer.scanner() for _ in range(16)]

    def run(what, times, scanner):
        if what == "entry":
            entry = layer.entry
            for _ in range(times):
                entry()
        elif what == "report":
            layer.report(scanner, package, times)
        else:
            layer.scan(scanner, inputs[what], times)

    for line in sys.stdin:
        what, times, threads = line.split()
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        if threads == "1":
            run(what, int(times), scanners[0])
        else:
            running = [threading.Thread(target=run,
                                        args=(what, int(times), scanner))
                       for scanner in scanners[:int(threads)]]
            for thread in running:
                thread.start()
            for thread in running:
                thread.join()
        print(time.perf_counter_ns() - wall, time.process_time_ns() - cpu,
              flush=True)


main()
