#!/usr/bin/env python3
"""The public headers are documented: every function with all its parameters.

    check_docs.py ROOT

Looks at ROOT/include/cupel/*.h. Before every function stands a comment with
@param for each parameter and no other, @return or @retval unless it returns
nothing, and @since; the same without @since before the type of a callback.
Every value of an enumeration and every field of a struct has its comment, and
at least 55 % of a header's lines that are not empty are comments.

Every function that the library exports is used in some ROOT/include/cupel/*.hpp.
"""

import pathlib
import re
import sys

LEAST_SHARE = 0.55

# What C++ has no use for, and why.
NOT_IN_CPP = {
    "cupel_error_code": "an Error is made from the status that was returned",
}

COMMENT = r"(?:/\*\*(?P<doc>(?:[^*]|\*(?!/))*)\*/\s*)?"
FUNCTION = re.compile(
    COMMENT + r"^(?:CUPEL_API|CUPEL_INLINE)\s+(?P<type>[\w\s*]+?)"
    r"(?P<name>cupel_\w+)\((?P<parameters>[^)]*)\)", re.MULTILINE)
CALLBACK = re.compile(
    COMMENT + r"^typedef\s+(?P<type>[\w\s*]+?)\s*\(\*(?P<name>cupel_\w+)\)"
    r"\((?P<parameters>[^)]*)\)", re.MULTILINE)
BODY = re.compile(r"^(?:typedef )?(?P<what>enum|struct)\s*(?P<name>\w*)\s*"
                  r"\{\n(?P<members>.*?)^\}", re.MULTILINE | re.DOTALL)
PLAIN = re.compile(r"/\*.*?\*/", re.DOTALL)


def parameters_of(text):
    """Names in a list of parameters."""
    names = []
    for part in text.split(","):
        part = part.strip()
        if part and part != "void":
            names.append(re.search(r"(\w+)(\[\])?$", part).group(1))
    return names


def documentation(found, needs_since):
    """What is missing in the comment of a function or callback."""
    doc = found["doc"]
    if doc is None:
        yield "has no comment"
        return
    there = re.findall(r"@param(?:\[[a-z,]+\])?\s+(\w+)", doc)
    wanted = parameters_of(found["parameters"])
    for name in wanted:
        if name not in there:
            yield f"does not tell of its parameter {name}"
    for name in there:
        if name not in wanted:
            yield f"tells of {name}, which is no parameter of it"
    returns = re.search(r"@return\b|@retval\b", doc)
    if found["type"].split() == ["void"]:
        if returns:
            yield "returns nothing, and says what"
    elif not returns:
        yield "does not say what it returns, or fails with"
    if needs_since and not re.search(r"@since \d+\.\d+", doc):
        yield "does not say since when it is there"


def members(found):
    """Names of fields and values in `found` without a comment before them."""
    pending = ""
    documented = False
    for line in found["members"].split("\n"):
        text = line.strip()
        if not text:
            continue
        if text.startswith("/**") or (pending == "comment"):
            pending = "" if text.endswith("*/") else "comment"
            documented = True
            continue
        if not pending:
            if not documented:
                yield re.split(r"[=;,(\[]", text)[0].split()[-1]
            documented = False
        end = text.endswith((";", ",")) or found["what"] == "enum"
        if text.endswith(",") and found["what"] == "struct":
            end = False
        pending = "" if end else "member"


def share(text):
    """Part of the lines that are not empty which are comments."""
    code = [line for line in PLAIN.sub("", text).split("\n") if line.strip()]
    lines = [line for line in text.split("\n") if line.strip()]
    return 1 - len(code) / len(lines)


def problems(header):
    text = header.read_text(encoding="utf-8")

    def say(found, what):
        line = text.count("\n", 0, found.start("name")) + 1
        return f"{header}:{line}: {found['name'] or found['what']} {what}"

    for found in FUNCTION.finditer(text):
        for problem in documentation(found, needs_since=True):
            yield say(found, problem)
    for found in CALLBACK.finditer(text):
        for problem in documentation(found, needs_since=False):
            yield say(found, problem)
    for found in BODY.finditer(text):
        for name in members(found):
            yield say(found, f"has {name} without a comment")
    part = share(text)
    if part < LEAST_SHARE:
        yield (f"{header}: {part:.0%} of its lines are comments, at least "
               f"{LEAST_SHARE:.0%} have to be")


def without_classes(folder):
    """Exported functions that no .hpp uses, and exceptions that are none."""
    used = {word for header in folder.glob("*.hpp")
            for word in re.findall(r"\bcupel_\w+",
                                   header.read_text(encoding="utf-8"))}
    for header in sorted(folder.glob("*.h")):
        for found in FUNCTION.finditer(header.read_text(encoding="utf-8")):
            name = found["name"]
            if "CUPEL_API" not in found[0]:
                continue
            if name not in used and name not in NOT_IN_CPP:
                yield f"{header}: {name} is used in no .hpp"
            if name in used and name in NOT_IN_CPP:
                yield f"{header}: {name} is used in a .hpp: no exception"


def main():
    root = pathlib.Path(sys.argv[1])
    headers = sorted((root / "include/cupel").glob("*.h"))
    found = [problem for header in headers for problem in problems(header)]
    found += without_classes(root / "include/cupel")
    for problem in found:
        print(problem)
    texts = [header.read_text(encoding="utf-8") for header in headers]
    functions = sum(len(FUNCTION.findall(text)) for text in texts)
    print(f"{len(headers)} headers, {functions} functions, "
          f"{share(''.join(texts)):.0%} comments; {len(found)} problems")
    return 1 if found or not functions else 0


if __name__ == "__main__":
    sys.exit(main())
