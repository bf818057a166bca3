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


# (weight, condition, import it needs). The second list is for files that
# import "pe".
PLAIN = ((50, gated, None), (7, elf, None), (6, document, None),
         (13, script, None), (12, any_string, None), (4, count, None),
         (4, place, None), (3, entropy, "math"), (1, digest, "hash"))
WITH_PE = ((38, gated, None), (38, pe, None), (3, elf, None),
           (5, script, None), (6, any_string, None), (2, count, None),
           (2, place, None), (3, entropy, "math"), (3, digest, "hash"))
