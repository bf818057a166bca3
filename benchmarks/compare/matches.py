"""What matched: sets of (archive, member, rule), and how two of them differ."""

import json
import os


def _plain(member):
    """A member's name as a file system knows it: no `./`, no `//`."""
    return "/".join(part for part in member.split("/")
                    if part not in ("", "."))


def _below(root, name):
    """(archive, member) of a path below the root of a tree."""
    archive, member = os.path.relpath(name, root).split(os.sep, 1)
    return archive, member


def of_yara(path, root):
    """Output of the yara program: `RULE /ROOT/ARCHIVE/MEMBER`."""
    found = set()
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            rule, name = line.rstrip("\n").split(" ", 1)
            found.add((*_below(root, name), rule))
    return found


def of_lines(path):
    """Output of our own peers: `RULE<TAB>ARCHIVE<TAB>MEMBER`."""
    found = set()
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            rule, archive, member = line.rstrip("\n").split("\t", 2)
            found.add((archive, _plain(member), rule))
    return found


def of_clamscan(path, root):
    """Output of clamscan: `/ROOT/ARCHIVE/MEMBER: YARA.RULE... FOUND`."""
    found = set()
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            name, _, verdict = line.rstrip("\n").rpartition(": ")
            if verdict.startswith("YARA.") and verdict.endswith(" FOUND"):
                found.add((*_below(root, name), verdict.split(".")[1]))
    return found


def of_cupel(path):
    """A cupel.report/1: findings on direct members of the archives.

    What lies deeper than the tree, and what the container itself matched, is
    left out: a plain tree has no such files.
    """
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    places = {}
    payloads = {payload["id"]: payload for payload in report["payloads"]}
    for payload in payloads.values():
        # A payload with the bytes of an earlier one has its findings too.
        first = payload.get("same_as")
        places.setdefault(payload["id"] if first is None else first,
                          []).append(payload["path"])
        if first is not None:
            places.setdefault(payload["id"], []).append(payload["path"])
    found = set()
    for finding in report["findings"]:
        if not finding["plugin"].endswith(":yara"):
            continue
        for name in places.get(finding["payload"], ()):
            parts = name.split("!/")
            if len(parts) == 2:
                found.add((os.path.basename(parts[0]), _plain(parts[1]),
                           finding["rule"]))
    return found


def in_tree(found, root):
    """Those whose file exists in the tree."""
    return {match for match in found
            if os.path.isfile(os.path.join(root, match[0], match[1]))}


def differences(ours, theirs, limit=20):
    """Lines that say what only one of the two sets has."""
    lines = []
    for title, only in (("only in the first", ours - theirs),
                        ("only in the second", theirs - ours)):
        lines += ["  {}: {} in {}!/{}".format(title, rule, archive, member)
                  for archive, member, rule in sorted(only)[:limit]]
        if len(only) > limit:
            lines.append("  {}: {} more".format(title, len(only) - limit))
    return lines
