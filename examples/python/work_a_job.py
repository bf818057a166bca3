#!/usr/bin/env python3
"""Submits a job to a queue, takes it, does it, and ends it with its result.

    python3 work_a_job.py sqlite:jobs.db rules/ pkg.tgz

A worker leases in a loop, and renews each lease while it is at work.
"""

import sys

import cupel


def work(queue: cupel.Queue, scanner: cupel.Scanner) -> None:
    """Takes a job, if there is one, and scans what it names."""
    for job in queue.lease(kinds=["example"]):
        try:
            report = scanner.scan(job.body["path"])
            job.complete(report.to_text(timing=False), "text/plain")
        except Exception as error:
            job.fail(str(error))  # an end too, which the queue has to know
            raise
        return
    print("nothing to do")


def run(url: str, rules: str, path: str) -> None:
    queue = cupel.Queue(url)
    scanner = cupel.Scanner(cupel.compile_rules(paths=rules))
    # The body is ours: whoever leases this kind knows what it means.
    queue.submit({"id": "example-1", "kind": "example",
                  "body": {"path": path}})
    work(queue, scanner)
    result = queue.result("example-1").decode()
    print(f"example-1 is completed:\n{result}", end="")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        print("usage: work_a_job QUEUE RULES PATH", file=sys.stderr)
        sys.exit(2)
    try:
        run(*sys.argv[1:])
    except cupel.Error as error:
        print(f"work_a_job: {error}", file=sys.stderr)
        sys.exit(2)
