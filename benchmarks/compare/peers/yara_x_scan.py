"""Scans a tree with yara-x, which keeps Python's lock: processes, not threads.

  yara_x_scan.py THREADS RULES TREE [SAVE]

RULES is a folder of .yar files or what SAVE wrote; with SAVE nothing is
scanned. Rules that yara-x refuses are dropped and counted on stderr.
"""

import os
import sys

import tree
import yara_x


def compile_rules(folder):
    """Compiles what yara-x accepts."""
    compiler = yara_x.Compiler(ignore_invalid_rules=True)
    compiler.add_include_dir(folder)
    for path in tree.rule_files(folder):
        compiler.new_namespace(os.path.basename(path)[:-4])
        with open(path, encoding="utf-8") as file:
            compiler.add_source(file.read(), origin=path)
    for rule in compiler.ignored_rules():
        print("dropped", rule.name, file=sys.stderr)
    return compiler.build()


def load(path):
    """Rules from source or from a file that SAVE wrote."""
    if os.path.isdir(path):
        return compile_rules(path)
    with open(path, "rb") as file:
        return yara_x.Rules.deserialize_from(file)


def scan(rules, root, share, shares):
    """Scans a share of the tree and writes what matched to stdout."""
    scanner = yara_x.Scanner(rules)
    found = []
    for path in tree.files(root, share, shares):
        with open(path, "rb") as file:
            results = scanner.scan(file.read())
        found += [(rule.identifier, path) for rule in results.matching_rules]
    sys.stdout.write(tree.lines(root, found))
    sys.stdout.flush()


def main():
    threads, source, root, save = tree.arguments()
    rules = load(source)
    if save:
        with open(save, "wb") as file:
            rules.serialize_into(file)
        return
    children = []
    for share in range(1, threads):
        child = os.fork()
        if child == 0:
            scan(rules, root, share, threads)
            os._exit(0)
        children.append(child)
    scan(rules, root, 0, threads)
    for child in children:
        if os.waitpid(child, 0)[1]:
            sys.exit("a scanning process failed")


main()
