"""Writes the large rule set: 5,000 rules, 30,000 strings, 100 files.

The set is the same wherever it is written. One program that reads rules gets
the whole directory, as people keep public sets.
"""

import pathlib

from . import conditions, strings
from .draw import Draw

SEED = 20240229
FILES = 100
RULES_PER_FILE = 50
VERSION = 2  # raise it when the generator's output changes


def _groups(draw):
    """How many strings a rule has, in one group or two."""
    total = draw.weighted((
        (8, 1), (10, 2), (13, 3), (14, 4), (12, 5), (12, 6), (10, 8), (8, 10),
        (6, 12), (3, 16), (5, 20)))
    if total < 4 or draw.chance(0.6):
        return {"s": total}
    first = draw.between(1, 2)
    return {"x": first, "s": total - first}


def _string(draw, common):
    kind = draw.weighted(((76, "text"), (17, "hex"), (7, "regex")))
    if kind == "hex":
        return strings.hex_string(draw)
    if kind == "regex":
        return strings.regex_string(draw)
    if draw.chance(common):
        return strings.common_string(draw)
    return strings.text_string(draw)


def _strings(draw, groups, common):
    """Lines of the strings section; no two the same within a rule."""
    lines, seen = [], set()
    for prefix, many in sorted(groups.items(), reverse=True):
        while many:
            text = _string(draw, common)
            if text in seen:
                continue
            seen.add(text)
            lines.append((prefix, text))
            many -= 1
    counters = dict.fromkeys(groups, 0)
    for prefix, text in lines:
        counters[prefix] += 1
        yield "        ${}{} = {}".format(prefix, counters[prefix], text)


def _rule(draw, file_index, index, mix, earlier):
    """(imports, name, text) of one rule; `earlier` are names it may refer to."""
    condition, module = draw.weighted(
        [(weight, (make, need)) for weight, make, need in mix])
    groups = _groups(draw)
    # Scripts are described with words that scripts contain; one string alone
    # never is a common word, or every file would match.
    common = 0.12
    if condition is conditions.any_string:
        common = 0.0
    elif condition is conditions.script:
        groups = {"s": draw.between(3, 7)}
        common = 0.4
    name = "{}_{:02d}_{:03d}".format(strings.made_up(draw, 2).title(),
                                     file_index, index)
    asked = condition(draw, groups)
    # Some rules are only there for others, or build upon others.
    if earlier and draw.chance(0.03):
        asked = "( {} ) {} {}".format(asked, draw.pick(("and not", "or", "and")),
                                      draw.pick(earlier))
    text = [
        "{}rule {} : {} {{".format(
            "private " if draw.chance(0.02) else "", name,
            draw.pick(("apt", "crimeware", "webshell", "tool", "loader"))),
        "    meta:",
        '        description = "Detects {}"'.format(strings.made_up(draw)),
        '        author = "generated"',
        '        hash1 = "{}"'.format(draw.hex(64)),
        "    strings:", *_strings(draw, groups, common),
        "    condition:", "        " + asked, "}"]
    needs = {module} if module else set()
    if condition is conditions.pe:
        needs.add("pe")
    return needs, name, "\n".join(text)


def generate(folder):
    """Writes the set into the folder, which must exist."""
    draw = Draw(SEED)
    for file_index in range(FILES):
        with_pe = file_index % 3 == 0
        mix = conditions.WITH_PE if with_pe else conditions.PLAIN
        imports, rules, names = set(), [], []
        for index in range(RULES_PER_FILE):
            needs, name, text = _rule(draw, file_index, index, mix, names)
            imports |= needs
            names.append(name)
            rules.append(text)
        head = ['import "{}"'.format(name) for name in sorted(imports)]
        name = "family_{:03d}.yar".format(file_index)
        pathlib.Path(folder, name).write_text(
            "\n".join(head) + "\n\n" + "\n\n".join(rules) + "\n",
            encoding="utf-8")
