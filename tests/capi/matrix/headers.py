"""What the C headers declare: functions with their parameters, structs with
their fields."""

import dataclasses
import pathlib
import re

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
FUNCTION = re.compile(
    r"^CUPEL_API\s+([\w\s\*]+?)\s*(cupel_\w+)\s*\(([^;]*)\);", re.M)
STRUCT = re.compile(
    r"typedef struct (cupel_\w+) \{([^{}]*)\} \1;", re.M)
CALLBACK = re.compile(r"typedef [\w\s\*]+\(\*(cupel_\w+_fn)\)")
HANDLE = re.compile(r"^typedef struct (cupel_\w+) \1;", re.M)
ENUM = re.compile(r"^typedef int32_t (cupel_\w+);", re.M)


@dataclasses.dataclass(frozen=True)
class Variable:
    """A parameter or a field."""
    type: str  # "const cupel_view*", spaces as in the Google style
    name: str

    @property
    def pointee(self):
        """Of a pointer: what it leads to, without const; else ""."""
        if not self.type.endswith("*"):
            return ""
        return self.type[:-1].removeprefix("const ").strip()


@dataclasses.dataclass(frozen=True)
class Function:
    returns: str
    name: str
    parameters: tuple[Variable, ...]


@dataclasses.dataclass
class Headers:
    functions: dict[str, Function]
    structs: dict[str, tuple[Variable, ...]]
    handles: set[str]
    callbacks: set[str]
    enums: set[str]


def variable(text):
    words = " ".join(text.replace("*", " * ").split())
    kind, name = words.rsplit(" ", 1)
    return Variable(re.sub(r" (?=\*)", "", kind), name)


def read(folder: pathlib.Path) -> Headers:
    """Of everything in `folder`; later files see what earlier ones have."""
    text = "\n".join(COMMENT.sub("", path.read_text())
                     for path in sorted(folder.glob("*.h")))
    functions = {}
    for returns, name, parameters in FUNCTION.findall(text):
        listed = [] if parameters.strip() == "void" else [
            variable(p) for p in parameters.split(",")]
        functions[name] = Function(" ".join(returns.split()).replace(" *", "*"),
                                   name, tuple(listed))
    structs = {}
    for name, body in STRUCT.findall(text):
        # Tables of functions are given by plugins and drivers, not by hosts.
        fields = [field for field in body.split(";")
                  if field.strip() and "(" not in field and "[" not in field]
        structs[name] = tuple(variable(field) for field in fields)
    return Headers(functions, structs, set(HANDLE.findall(text)),
                   set(CALLBACK.findall(text)), set(ENUM.findall(text)))
