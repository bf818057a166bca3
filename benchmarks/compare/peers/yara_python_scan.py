"""Scans a tree with yara-python, which lets go of Python's lock in a scan.

  yara_python_scan.py THREADS RULES TREE [SAVE]

RULES is a folder of .yar files or what SAVE wrote; with SAVE nothing is
scanned.
"""

import os
import sys
import threading

import tree
import yara


def load(path):
    """Rules from source or from a file that SAVE wrote."""
    if not os.path.isdir(path):
        return yara.load(path)
    named = {os.path.basename(name)[:-4]: name
             for name in tree.rule_files(path)}
    return yara.compile(filepaths=named)


def main():
    threads, source, root, save = tree.arguments()
    rules = load(source)
    if save:
        rules.save(save)
        return
    found = []

    def work(share):
        for path in tree.files(root, share, threads):
            found.extend((match.rule, path) for match in rules.match(path))

    workers = [threading.Thread(target=work, args=(i,))
               for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sys.stdout.write(tree.lines(root, found))


main()
