"""Which sources of a target may be compiled as one file (unity.cmake).

    unity_groups.py TARGETS

reads lines `target|source;source;…` and prints `target|source|group`, one a
line, for the sources that are in a group with others. Two are never in one
group if a name of an unnamed namespace, a macro, a test or a using directive of
the one could mean something in the other. Groups depend on the sources alone,
not on the machine.
"""

import pathlib
import re
import sys

# A group is compiled at once by one processor, and must not be the last that
# the others wait for.
MOST_SOURCES = 10
MOST_BYTES = 70_000

# What stands at column 0 in an unnamed namespace (the formatter puts it there)
# and declares a name: a function, a type, a variable.
DECLARES = (
    re.compile(r"\b(\w+)\("),
    re.compile(r"\b(?:class|struct|enum|union|using|namespace) (\w+)"),
    re.compile(r"\b(\w+)(?:\[[^\]]*\])*\s*(?:=|\{|;|$)"),
)
TESTS = re.compile(r"^(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_SUITE|"
                   r"INSTANTIATE_TEST_SUITE_P|MATCHER|MATCHER_P)\(\s*"
                   r"(\w+)(?:,\s*(\w+))?", re.MULTILINE)
OUTSIDE = re.compile(r"^(?:(?:class|struct|enum class|enum) (\w+)|"
                     r"static .*?\b(\w+)(?:\(|\[| =|;))")
# May be said twice, if it says the same.
USING = re.compile(r"^using (?:[\w:]*::(\w+);|(\w+) = )")
MACRO = re.compile(r"^\s*#\s*define (\w+)", re.MULTILINE)
USES_NAMESPACE = re.compile(r"^\s*using namespace ", re.MULTILINE)


def names(text):
    """What ends at the end of its file in a source: each name, with what it is
    if that may be said twice."""
    found = {f"macro {name}": None for name in MACRO.findall(text)}
    found |= {f"test {'.'.join(pair)}": None for pair in TESTS.findall(text)}
    hidden = False
    for line in text.splitlines():
        if line.startswith("namespace {"):
            hidden = True
        elif line.startswith("}  // namespace"):
            hidden = hidden and line.strip() != "}  // namespace"
        elif not line or line[0] in " \t}/#)" or TESTS.match(line):
            continue
        elif (match := USING.match(line)) is not None:
            found[match[1] or match[2]] = line
        elif hidden:
            found |= {match[1]: None for pattern in DECLARES
                      for match in pattern.finditer(line)}
        elif (match := OUTSIDE.match(line)) is not None:
            found[match[1] or match[2]] = None
    return found


class Group:
    def __init__(self):
        self.sources, self.names, self.size = [], {}, 0

    def takes(self, found, size):
        return (len(self.sources) < MOST_SOURCES
                and self.size + size < MOST_BYTES
                and all(self.names[name] == what and what is not None
                        for name, what in found.items() if name in self.names))

    def add(self, source, found, size):
        self.sources.append(source)
        self.names |= found
        self.size += size


def groups(sources):
    """Sources that may stand together, in the order they were given."""
    made = []
    for source in sources:
        path = pathlib.Path(source)
        if path.suffix != ".cc" or not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        if USES_NAMESPACE.search(text):
            continue
        found, size = names(text), len(text)
        group = next((one for one in made if one.takes(found, size)), None)
        if group is None:
            group = Group()
            made.append(group)
        group.add(source, found, size)
    return [one.sources for one in made if len(one.sources) > 1]


def main():
    for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
        target, _, sources = line.partition("|")
        for number, group in enumerate(groups(sources.split(";"))):
            for source in group:
                print(target, source, f"group{number}", sep="|")


if __name__ == "__main__":
    main()
