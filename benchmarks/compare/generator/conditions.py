"""Conditions of generated rules, in the mix that public sets have.

Every function is given the rule's string groups as {prefix: count} and gives
back a condition that uses every group, because YARA refuses unused strings.
"""

from . import words

MZ = "uint16(0) == 0x5a4d"


def _size(draw):
    return "filesize < {}KB".format(
        draw.pick((50, 100, 200, 300, 500, 800, 1000, 2000, 5000)))


def some_of(draw, groups):
    """`k of them`, `1 of ($x*) and 3 of ($s*)` and the like."""
    total = sum(groups.values())
    if len(groups) == 1:
        kind = draw.weighted(((70, "k"), (22, "all"), (8, "most")))
        if kind == "all" or total < 3:
            return "all of them"
        return "{} of them".format(
            total - 1 if kind == "most" else draw.between(2, total - 1))
    (first, _), (second, n) = sorted(groups.items(), reverse=True)
    k = draw.between(2, n) if n > 2 else n
    return draw.pick((
        "1 of (${0}*) and {2} of (${1}*)", "all of (${0}*) and any of (${1}*)",
        "( 1 of (${0}*) and {2} of (${1}*) ) or all of (${1}*)",
        "( any of (${0}*) and {2} of (${1}*) )")).format(first, second, k)


def gated(draw, groups):
    """The commonest form of all: a PE below a size with some strings."""
    parts = [MZ, _size(draw), "( " + some_of(draw, groups) + " )"]
    if draw.chance(0.15):
        parts = parts[:1] + parts[2:]
    return " and ".join(parts)


def pe(draw, groups):
    """A PE whose headers are asked too."""
    dll, function = draw.pick(words.IMPORTS)
    fact = draw.weighted((
        (25, 'pe.imphash() == "{}"'.format(draw.hex(32))),
        (20, 'pe.imports("{}", "{}")'.format(dll, function)),
        (15, "pe.number_of_sections == {}".format(draw.between(3, 9))),
        (15, "pe.number_of_signatures == 0"),
        (10, 'pe.exports("{}")'.format(draw.pick(words.VERBS) + "Main")),
        (10, "pe.timestamp == {}".format(draw.between(10**9, 2 * 10**9))),
        (5, "pe.characteristics & pe.DLL")))
    if draw.chance(0.3):
        return "{} and ( {} or {} )".format(MZ, fact, some_of(draw, groups))
    return "{} and {} and {} and ( {} )".format(
        MZ, _size(draw), fact, some_of(draw, groups))


def entropy(draw, groups):
    """Packed content."""
    return "{} and math.entropy(0, filesize) >= {}.{} and ( {} )".format(
        draw.pick((MZ, _size(draw))), draw.between(6, 7), draw.below(10),
        some_of(draw, groups))


def digest(draw, groups):
    """A known file, or its relatives."""
    return '{} and ( hash.md5(0, filesize) == "{}" or ( {} ) )'.format(
        draw.pick((MZ, "filesize == {}".format(draw.between(900, 90000)))),
        draw.hex(32), some_of(draw, groups))


def elf(draw, groups):
    """Linux programs."""
    return "uint32(0) == 0x464c457f and {} and ( {} )".format(
        _size(draw), some_of(draw, groups))


def document(draw, groups):
    """Office, zip, PDF, link and RTF files."""
    magic = draw.pick(("uint32(0) == 0xe011cfd0", "uint32(0) == 0x04034b50",
                       "uint32(0) == 0x46445025", "uint16(0) == 0x004c",
                       "uint32be(0) == 0x7b5c7274"))
    return "{} and ( {} )".format(magic, some_of(draw, groups))


def script(draw, groups):
    """No magic at all: this is what a package of scripts has to pass."""
    if draw.chance(0.7):
        return "{} and ( {} )".format(_size(draw), some_of(draw, groups))
    return some_of(draw, groups)


def any_string(draw, groups):
    """Strings so good that one is enough."""
    if len(groups) == 1:
        return draw.pick(("any of them", "1 of them"))
    return "any of (${}*) or all of (${}*)".format(*sorted(groups,
                                                            reverse=True))


def count(draw, groups):
    """How often a string occurs."""
    first = sorted(groups)[-1]
    return "#{}1 > {} and ( {} )".format(first, draw.between(2, 20),
                                         some_of(draw, groups))


def place(draw, groups):
    """Where a string occurs."""
    first = sorted(groups)[-1]
    where = draw.weighted((
        (40, "${0}1 at 0"), (40, "${0}1 in (0..{1})"),
        (20, "for any i in (1..#{0}1) : ( @{0}1[i] < {1} )")))
    return "{} and ( {} )".format(where.format(first, draw.between(64, 4096)),
                                  some_of(draw, groups))


def _gate(draw):
    """What mostly stands before the strings: a size, a magic, nothing."""
    return draw.weighted((
        (45, _size(draw) + " and "), (25, MZ + " and "),
        (10, "uint32be(0) == 0x7f454c46 and "),
        (5, "( {} or uint32(0) == 0x464c457f ) and ".format(MZ)),
        (5, "filesize > {} and ".format(draw.between(100, 3000))), (10, "")))


def loop(draw, groups):
    """What has to hold of each of some strings."""
    first, many = sorted(groups.items())[-1]
    body = draw.pick(("# > 1", "@ < {}".format(draw.between(256, 8192)),
                      "$ in (filesize - 4096..filesize)", "! >= 4",
                      "$ at 0 or # > 2"))
    return "{}for {} of (${}*) : ( {} ) and ( {} )".format(
        _gate(draw), draw.pick(("any", "all", str(max(1, many - 1)))), first,
        body, some_of(draw, groups))


def percent(draw, groups):
    """A share of the strings."""
    return "{}{}% of them".format(_gate(draw), draw.pick((40, 50, 60, 75, 80)))


def exclude(draw, groups):
    """Strings of innocent programs must not be there."""
    if len(groups) == 1:
        return "{}$s1 and not ( {} )".format(
            _gate(draw), "all of them" if groups["s"] > 1 else "filesize < 1KB")
    return "{}{} of ($s*) and {}".format(
        _gate(draw), draw.pick(("all", "any", "2")), draw.pick((
            "not any of ($x*)", "none of ($x*)", "not ( all of ($x*) )")))


def sums(draw, groups):
    """Occurrences and places of several strings together."""
    first, many = sorted(groups.items())[-1]
    if many < 2:
        return "{}#{}1 >= {} and ( {} )".format(
            _gate(draw), first, draw.between(2, 6), some_of(draw, groups))
    return "{}{} and ( {} )".format(_gate(draw), draw.pick((
        "#{0}1 + #{0}2 > 3", "#{0}1 > #{0}2", "@{0}1 < @{0}2",
        "@{0}2 - @{0}1 < 512", "#{0}1 * 2 >= #{0}2 + 1",
        "!{0}1 + !{0}2 > 16")).format(first), some_of(draw, groups))


def ranges(draw, groups):
    """Some strings within a part of the file."""
    first = sorted(groups)[-1]
    return "{}{} and ( {} )".format(_gate(draw), draw.pick((
        "any of (${0}*) in (0..{1})", "all of (${0}*) in (0..filesize \\ 2)",
        "#{0}1 in (0..{1}) > 1", "${0}1 in (filesize - {1}..filesize)",
        "any of (${0}*) at 0")).format(first, draw.between(512, 8192)),
        some_of(draw, groups))


def near(draw, groups):
    """Bytes beside a string."""
    first = sorted(groups)[-1]
    return "{}{} and ( {} )".format(_gate(draw), draw.pick((
        "uint8(@{0}1 - 1) == 0x{1}", "uint32(@{0}1 + 16) > 0x{1}00",
        "for any i in (1..#{0}1) : ( uint8(@{0}1[i] + 8) == 0x{1} )",
        "not defined uint32(@{0}1 + 0x{1}0000)")).format(first, draw.hex(2)),
        some_of(draw, groups))


def either(draw, groups):
    """Several ways to be it."""
    first = sorted(groups)[-1]
    return "( {} and ( {} ) ) or ( {} and #{}1 > {} )".format(
        MZ, some_of(draw, groups), _size(draw), first, draw.between(1, 4))


VARIED = ((loop, 4), (percent, 3), (exclude, 4), (sums, 4), (ranges, 4),
          (near, 2), (either, 4))

# (weight, condition, import it needs). The second list is for files that
# import "pe".
PLAIN = ((50, gated, None), (7, elf, None), (6, document, None),
         (13, script, None), (12, any_string, None), (4, count, None),
         (4, place, None), (3, entropy, "math"), (1, digest, "hash"))
WITH_PE = ((38, gated, None), (38, pe, None), (3, elf, None),
           (5, script, None), (6, any_string, None), (2, count, None),
           (2, place, None), (3, entropy, "math"), (3, digest, "hash"),
           *((weight, make, None) for make, weight in VARIED))
