#!/usr/bin/env python3
"""Job JSON parsed and printed by Cupel and by pydantic 2, in one run.

  jobs.py [--bench PATH] [--rounds 5] [--json FILE] [FILE...]

FILE is job JSON of OpenKAT's; without any, the seed corpus of job_json_fuzz is
taken. Each file is read from memory, parsed into its model and printed, over
and over for a second of processor time, by turns: Cupel
(job_bench --files) and pydantic, whose models are written here after OpenKAT's
documented shapes. Prints a Markdown table; exit code 1 if the two did not print
the same.

pydantic is fetched once, in a pinned version, into the cache (cache.py).
"""

import argparse
import datetime
import enum
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import time
import typing
import uuid

import cache

PYDANTIC = "pydantic==2.9.2"
REPOSITORY = cache.HERE.parent.parent
BENCH = REPOSITORY / "build" / "release" / "bin" / "job_bench"
CORPUS = REPOSITORY / "tests" / "fuzz" / "corpus" / "job_json_fuzz"


def models():
    """{name: model class}, with the fields and defaults of OpenKAT's."""
    # pylint: disable=import-outside-toplevel, missing-class-docstring
    import pydantic
    Model = pydantic.BaseModel
    Name = typing.Annotated[str,
                            pydantic.StringConstraints(min_length=1)]
    Aware = typing.Optional[pydantic.AwareDatetime]
    Text = typing.Optional[str]

    class Job(Model):
        id: uuid.UUID
        started_at: Aware = None
        ended_at: Aware = None

    class Boefje(Model):
        id: Name
        version: Text = None
        oci_image: Text = None

    class BoefjeMeta(Job):
        boefje: Boefje
        input_ooi: Text = None
        arguments: dict = {}
        organization: str
        runnable_hash: Text = None
        environment: typing.Optional[dict[str, str]] = None

    class RawDataMeta(Model):
        id: uuid.UUID
        boefje_meta: BoefjeMeta
        mime_types: list[dict[str, str]]

    class Normalizer(Model):
        id: Name
        version: Text = None

    class NormalizerMeta(Job):
        raw_data: RawDataMeta
        normalizer: Normalizer

    TaskStatus = enum.Enum("TaskStatus", {
        name.upper(): name for name in (
            "pending", "queued", "dispatched", "running", "completed",
            "failed", "cancelled")})

    class Task(Model):
        id: uuid.UUID
        scheduler_id: str
        schedule_id: Text
        organisation: str
        priority: int
        status: TaskStatus
        type: str
        hash: Text = None
        data: typing.Union[BoefjeMeta, NormalizerMeta]
        created_at: datetime.datetime
        modified_at: datetime.datetime

    class TaskPop(Model):
        results: list[Task]

    class File(Model):
        name: str
        content: str
        tags: typing.Optional[set[str]] = None

    class BoefjeOutput(Model):
        status: enum.Enum("StatusEnum", {"COMPLETED": "COMPLETED",
                                         "FAILED": "FAILED"})
        files: typing.Optional[list[File]] = None

    class BoefjeInput(Model):
        model_config = pydantic.ConfigDict(extra="forbid")
        output_url: str
        task: Task

    return {model.__name__: model for model in (
        Task, TaskPop, BoefjeMeta, RawDataMeta, NormalizerMeta, File,
        BoefjeOutput, BoefjeInput)}


def ours(bench, files):
    """{file: what job_bench says of it}"""
    done = subprocess.run([bench, "--files", *files], check=True,
                          stdout=subprocess.PIPE, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {pathlib.Path(line["file"]): line for line in lines}


def theirs(model, text):
    """Rounds per second of processor time of pydantic; what it prints."""
    rounds = 0
    start = time.process_time()
    while True:
        for _ in range(100):
            printed = model.model_validate_json(text).model_dump_json()
        rounds += 100
        took = time.process_time() - start
        if took >= 1:
            return rounds / took, printed


def comparable(text):
    """The value; with sets, which come in any order, as sorted lists."""
    def sort(value):
        if isinstance(value, dict):
            return {key: sorted(inner) if key == "tags" and inner
                    else sort(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [sort(inner) for inner in value]
        return value
    return sort(json.loads(text))


def main():
    """Runs both by turns and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", type=pathlib.Path, default=BENCH)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    files = options.files or sorted(CORPUS.glob("*.json"))
    if not options.bench.exists():
        sys.exit("{}: not there; build the target job_bench".format(
            options.bench))
    sys.path.insert(0, str(cache.python_tool(PYDANTIC)))
    known = models()
    # What pydantic has no model for here is left out before anything is timed.
    kinds = {path: line["kind"]
             for path, line in ours(options.bench, files).items()}
    files = [path for path in files if kinds[path] in known]
    if not files:
        sys.exit("no file of a kind that is compared")
    speeds = {path: ([], []) for path in files}
    differing = []
    for turn in range(options.rounds):
        print("round", turn + 1, file=sys.stderr)
        for path, line in ours(options.bench, files).items():
            speed, printed = theirs(known[line["kind"]], path.read_bytes())
            speeds[path][0].append(line["rounds"] / line["seconds"])
            speeds[path][1].append(speed)
            if comparable(printed) != comparable(line["printed"]):
                differing.append(path)
    result = report(files, kinds, speeds, options.rounds)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n",
                                encoding="utf-8")
    for path in sorted(set(differing)):
        print("not printed alike:", path, file=sys.stderr)
    sys.exit(1 if differing else 0)


def report(files, kinds, speeds, rounds):
    """Prints the table; gives its rows."""
    print("Parse and print per second of processor time, median of {} rounds; "
          "Python {}, {}.\n"
          .format(rounds, platform.python_version(),
                  PYDANTIC.replace("==", " ")))
    print("| file | model | bytes | Cupel | pydantic | ratio |")
    print("|---|---|---:|---:|---:|---:|")
    rows = []
    for path in files:
        own, other = (statistics.median(one) for one in speeds[path])
        rows.append({"file": path.name, "model": kinds[path],
                     "bytes": path.stat().st_size, "cupel": own,
                     "pydantic": other, "ratio": own / other})
        print("| {file} | {model} | {bytes} | {cupel:,.0f} | {pydantic:,.0f} "
              "| {ratio:.2f} |".format(**rows[-1]))
    return rows


if __name__ == "__main__":
    main()
