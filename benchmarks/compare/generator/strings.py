"""Strings of generated rules: text, hex and regular expressions."""

from . import words


def made_up(draw, parts=3):
    """A word that nobody uses, such as `Zulkoten`."""
    return "".join(draw.pick(words.SYLLABLES) for _ in range(parts))


def _sentence(draw):
    return draw.pick(words.SENTENCES).format(
        v=draw.pick(words.VERBS).lower(), n=made_up(draw, 2))


def _text(draw):
    kind = draw.weighted((
        (20, "api"), (18, "path"), (15, "sentence"), (11, "name"), (9, "url"),
        (8, "switch"), (8, "blob"), (11, "code")))
    if kind == "api":
        return draw.pick(words.VERBS) + draw.pick(words.NOUNS) + draw.pick(
            ("Ex", "A", "W", "")) + made_up(draw, draw.between(0, 2)).title()
    if kind == "path":
        return (draw.pick(words.FOLDERS) + made_up(draw, draw.between(2, 4)) +
                draw.pick(words.EXTENSIONS))
    if kind == "sentence":
        return _sentence(draw)
    if kind == "name":
        return made_up(draw, draw.between(2, 4)).title()
    if kind == "url":
        return "http://{}.{}/{}.php?id=".format(
            made_up(draw), draw.pick(("com", "ru", "top", "net")),
            draw.pick(("gate", "panel", "in", "upd")))
    if kind == "switch":
        return "/{} {}{}".format(draw.pick("cdrsk"), made_up(draw, 2),
                                 draw.pick(words.EXTENSIONS))
    if kind == "blob":
        return draw.hex(draw.between(12, 40))
    return draw.pick(words.COMMON) + made_up(draw, 2)


_MODIFIERS = (
    (36, ""), (14, " ascii"), (16, " fullword ascii"), (14, " ascii wide"),
    (8, " wide"), (4, " fullword wide"), (5, " nocase"),
    (2, " nocase ascii wide"), (1, " fullword ascii wide nocase"),
    (0.7, " xor"), (0.4, " xor(0x01-0xff) ascii wide"), (0.6, " base64"),
    (0.3, " base64 base64wide"), (0.3, " private"))


def quoted(text):
    """The text as a YARA string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def text_string(draw):
    """A text string with its modifiers, as it stands in a rule."""
    return quoted(_text(draw)) + draw.weighted(_MODIFIERS)


def common_string(draw):
    """A text string that ordinary files contain now and then."""
    return quoted(draw.pick(words.COMMON)) + draw.weighted(
        ((60, ""), (20, " ascii"), (20, " nocase")))


def _byte(draw):
    # No 00 and FF: runs of them are what slows every engine down, and what
    # the writers of public rules are warned about.
    return "{:02X}".format(draw.between(1, 0xFE))


def hex_string(draw):
    """A hex string: fixed runs of at least four bytes, gaps between."""
    parts = []
    for i in range(draw.between(2, 6)):
        if i:
            parts.append(draw.weighted((
                (40, "?? ??"), (20, "??"), (15, "[2-6]"), (10, "[4]"),
                (8, "[0-16]"), (7, "( 74 | 75 | EB )"),
                (6, draw.pick("456789AB") + "?"))))
        parts.append(draw.pick(words.OPCODES))
        parts += [_byte(draw) for _ in range(draw.between(4, 8))]
    return "{ " + " ".join(parts) + " }"


def regex_string(draw):
    """A regular expression that holds a literal, as most in use do."""
    word = made_up(draw)
    body = draw.pick((
        r"https?:\/\/{w}\.[a-z]{{2,6}}\/[a-z0-9]{{4,16}}",
        r"{w}[\-_][0-9]{{1,4}}\.(exe|dll|scr)",
        r"[A-Z]:\\[^\\]{{2,30}}\\{w}\.pdb",
        r"eval\(\s*{w}\([^)]{{1,40}}\)",
        r"(GET|POST) \/{w}\/[a-f0-9]{{8,32}} HTTP",
        r"{w}=[A-Za-z0-9+\/]{{20,60}}=",
        r"\$\{{?{w}[a-z]*\}}? *= *['\"][^'\"]{{4,40}}",
        r"mozilla\/4\.0 \(compatible; {w} \d\.\d\)")).format(w=word)
    return "/" + body + "/" + draw.weighted(
        ((60, ""), (20, " nocase"), (15, " ascii wide"), (5, " fullword")))
