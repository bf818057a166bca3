"""Files that are made to be slow: each a corpus with one file of 4 MB."""

import re
import shutil

import cache
import rules

SIZE = 4 << 20
VERSION = "1"
NAMES = ("all-literals", "near-misses", "one-gram", "zeros", "eval")


def _literals(rule_set):
    """The plain text strings of a set, as bytes, in the order of the source."""
    out = []
    for path in rules.files(rule_set):
        for text in re.findall(r'^\s+\$\w* = "((?:[^"\\\n]|\\.)*)"',
                               path.read_text(encoding="utf-8"), re.M):
            out.append(re.sub(r"\\(.)", r"\1", text).encode())
    return out


def _commonest_gram(literals):
    seen = {}
    for literal in literals:
        for at in range(len(literal) - 3):
            gram = literal[at:at + 4].lower()
            seen[gram] = seen.get(gram, 0) + 1
    return max(sorted(seen), key=seen.get)


def _fill(piece):
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


def _bytes(name, rule_set):
    if name == "zeros":
        return bytes(SIZE)
    if name == "eval":
        return _fill(b"eval(")
    literals = _literals(rule_set)
    if name == "one-gram":
        return _fill(_commonest_gram(literals))
    if name == "near-misses":
        literals = [literal[:-1] + bytes([literal[-1] ^ 1])
                    for literal in literals]
    return _fill(b"\n".join(literals))


def make(rule_set):
    """{name: file}; written once for each version of the rules."""
    folder = cache.root() / "hostile" / rule_set
    stamp = folder.with_suffix(".version")
    version = VERSION + " " + rules.version(rule_set)
    if not cache.mark(stamp, version):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in NAMES:
            (folder / name).write_bytes(_bytes(name, rule_set))
        stamp.write_text(version, encoding="utf-8")
    return {name: folder / name for name in NAMES}
