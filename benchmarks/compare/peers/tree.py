"""What the scripts of this folder share: the files and the output."""

import os
import sys


def files(root, share=0, shares=1):
    """Every `shares`-th file below root, sorted, starting with `share`."""
    found = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        found += [os.path.join(folder, name) for name in names]
    found.sort()
    return found[share::shares]


def lines(root, matches):
    """(rule, path) pairs as RULE<TAB>ARCHIVE<TAB>MEMBER lines."""
    text = []
    for rule, path in matches:
        package, member = os.path.relpath(path, root).split(os.sep, 1)
        text.append("{}\t{}\t{}\n".format(rule, package, member))
    return "".join(text)


def rule_files(folder):
    """The .yar files of a folder, sorted."""
    return sorted(os.path.join(folder, name) for name in os.listdir(folder)
                  if name.endswith(".yar"))


def arguments():
    """(threads, rules, tree, where to save compiled rules or None)."""
    if len(sys.argv) not in (4, 5):
        sys.exit("usage: {} THREADS RULES TREE [SAVE]".format(sys.argv[0]))
    threads, rules, root = sys.argv[1:4]
    return int(threads), rules, root, (sys.argv[4:] or [None])[0]
