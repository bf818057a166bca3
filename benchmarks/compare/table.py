"""Markdown tables of measured cases."""

from measure import median


def _row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _table(head, rows):
    return "\n".join([_row(head), _row("---" for _ in head)] +
                     [_row(row) for row in rows])


def plain(head, rows):
    """Any table."""
    return _table(head, rows)


def _label(case):
    threads = "" if case.threads > 1 else ", 1 thread"
    return "{} ({} rules{})".format(case.participant.name, case.start, threads)


def _walls(runs):
    """Median seconds; how many runs, if they were not all made."""
    if any(run.timed_out for run in runs):
        return "over {:.0f} s".format(max(run.wall for run in runs))
    return "{:.2f}".format(median(runs, "wall"))


def comparison(results, reference, matched, rounds):
    """Every case against the reference with the same start of the rules.

    results: {case: [Run]}; reference: the participant that is 1.00;
    matched: {case: number of matches}.
    """
    base = {case.start: median(runs, "wall")
            for case, runs in results.items()
            if case.participant is reference}
    rows = []
    for case, runs in results.items():
        late = any(run.timed_out for run in runs)
        ratio = ("" if late or case.start not in base else
                 "{:.2f}".format(base[case.start] / median(runs, "wall")))
        label = _label(case)
        if len(runs) < rounds:
            label += ", {} of {} runs".format(len(runs), rounds)
        rows.append((label, _walls(runs), ratio,
                     "{:.2f}".format(median(runs, "cpu")),
                     "{:.0f}".format(median(runs, "peak_kb") / 1024),
                     matched.get(case, "")))
    return _table(("program", "wall s", "times `{}`".format(reference.name),
                   "CPU s", "peak MB", "(file, rule) matches"), rows)


def pairs(head, results, order):
    """One row per (participant, set, corpus) with two cases and their ratio.

    order: key of a case that tells the first (0) from the second (1).
    """
    rows = {}
    for case, runs in results.items():
        key = (case.participant.name, case.rule_set, case.corpus)
        rows.setdefault(key, {})[order(case)] = median(runs, "wall")
    return _table(("program", "rules", "corpus", *head, "ratio"), [
        (*key, "{:.3f}".format(two[0]), "{:.3f}".format(two[1]),
         "{:.2f}".format(two[0] / two[1]))
        for key, two in rows.items() if len(two) == 2])


def memory(results):
    """Peak resident sets."""
    return _table(("program", "rules", "corpus", "peak MB"), [
        (_label(case), case.rule_set, case.corpus,
         "{:.0f}".format(median(runs, "peak_kb") / 1024))
        for case, runs in results.items()])
