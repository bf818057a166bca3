"""One Python package that scans bytes in memory, as a program uses it.

  python_api.py PEER RULES FILES

PEER is yara-python, yara-x, cupel or cupel.yara; RULES a folder of .yar files;
FILES a folder of folders of files. Reads lines from stdin: `answers FOLDER`
prints one line of JSON, [[file, rule], ...]; `time FOLDER` scans all files once
and prints two numbers, wall and processor time in nanoseconds; `dropped` prints
the rules that the peer refused.
"""

import json
import pathlib
import sys
import time

import tree


class YaraPython:
    def __init__(self, rules):
        import yara
        self.dropped = []
        self._rules = yara.compile(filepaths={
            pathlib.Path(path).stem: path for path in tree.rule_files(rules)})

    def scan(self, data):
        return [match.rule for match in self._rules.match(data=data)]


class CupelYara(YaraPython):
    def __init__(self, rules):
        from cupel import yara
        self.dropped = []
        self._rules = yara.compile(filepaths={
            pathlib.Path(path).stem: path for path in tree.rule_files(rules)})


class Cupel:
    def __init__(self, rules):
        import cupel
        self.dropped = []
        # As the others, who take nothing apart.
        self._scanner = cupel.Scanner(cupel.compile_rules(paths=rules),
                                      unpack=False)

    def scan(self, data):
        return [finding.rule for finding in self._scanner.scan(data).findings]


class YaraX:
    def __init__(self, rules):
        import yara_x
        compiler = yara_x.Compiler(ignore_invalid_rules=True)
        compiler.add_include_dir(rules)
        for path in tree.rule_files(rules):
            compiler.new_namespace(pathlib.Path(path).stem)
            compiler.add_source(pathlib.Path(path).read_text(encoding="utf-8"),
                                origin=path)
        self.dropped = [rule.name for rule in compiler.ignored_rules()]
        self._scanner = yara_x.Scanner(compiler.build())

    def scan(self, data):
        return [rule.identifier
                for rule in self._scanner.scan(data).matching_rules]


PEERS = {"yara-python": YaraPython, "yara-x": YaraX, "cupel": Cupel,
         "cupel.yara": CupelYara}


def main():
    name, rules, files = sys.argv[1:]
    peer = PEERS[name](rules)
    inputs = {folder.name: [(path.name, path.read_bytes())
                            for path in sorted(folder.iterdir())]
              for folder in pathlib.Path(files).iterdir()}
    for line in sys.stdin:
        what, _, folder = line.strip().partition(" ")
        if what == "dropped":
            print(json.dumps(peer.dropped), flush=True)
        elif what == "answers":
            print(json.dumps(sorted(
                {(path, rule) for path, data in inputs[folder]
                 for rule in peer.scan(data)})), flush=True)
        else:
            wall, cpu = time.perf_counter_ns(), time.process_time_ns()
            for _, data in inputs[folder]:
                peer.scan(data)
            print(time.perf_counter_ns() - wall, time.process_time_ns() - cpu,
                  flush=True)


main()
