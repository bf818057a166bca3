#!/usr/bin/env python3
"""Code in a page of the documentation is what the tests build and run.

In the pages given, a fenced block after `<!-- from PATH -->` must stand in that
file, line by line and without a gap.
"""

import pathlib
import re
import sys

SNIPPET = re.compile(
    r"^<!-- from (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"^<!-- from ", re.MULTILINE)


def problems(root, page):
    text = page.read_text(encoding="utf-8")
    snippets = SNIPPET.findall(text)
    if len(snippets) != len(MARK.findall(text)):
        yield f"{page}: a mark without a block of code after it"
    if not snippets:
        yield f"{page}: no code that says where it is from"
    for path, code in snippets:
        source = root / path
        if not source.is_file():
            yield f"{page}: there is no {path}"
        elif "\n" + code not in "\n" + source.read_text(encoding="utf-8"):
            first = code.splitlines()[0] if code else ""
            yield f"{page}: the code from {path} that starts with '{first}'" \
                " is not what stands there: copy it anew"


def main():
    root = pathlib.Path(sys.argv[1])
    found = [problem for page in sys.argv[2:]
             for problem in problems(root, root / page)]
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
