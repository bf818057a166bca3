#!/usr/bin/env python3
"""Writes the argument matrix: a test for each function of the C interface that
gives each of its parameters every bad value that its type has.

    generate.py HEADERS SYMBOLS OUTPUT.cc

HEADERS is include/cupel, SYMBOLS is capi/abi/symbols.txt. A function that is
exported and not covered, or a type that nothing here knows a bad value of, is
an error: so a new function is in the matrix, or does not build. What the values
are is in matrix.h.
"""

import pathlib
import sys

import headers

# Pointers that may be NULL, beside options, callbacks, `cancel` and `error`.
MAY_BE_NULL = {
    ("cupel_scanner_new", "ruleset"),
    ("cupel_settings_mask", "schema"),
    ("cupel_registry_options", "keyring"),
    ("cupel_environment_options", "schema"),
    ("cupel_plugin_use", "plugins"),
    ("cupel_plugin_use", "dispatch_rules"),
    ("cupel_plugin_use", "documents"),
    ("cupel_scan_options", "limits"),
    ("cupel_dedup_prune", "removed"),
    ("cupel_queue_purge", "removed"),
    ("cupel_worker_check", "ok"),
}
# Callbacks without which a call would be for nothing.
NEEDED_CALLBACKS = {
    ("cupel_report_write", "write"),
    ("cupel_report_documents", "write"),
    ("cupel_scanner_ingest", "report"),
}
# Structs of options that must be there.
NEEDED_OPTIONS = {
    "cupel_plugin_use", "cupel_dedup_request", "cupel_http_request",
    "cupel_plugin_v1", "cupel_environment_options", "cupel_plugin_input",
    "cupel_queue_failure",
}
# Tells a status instead of having one; can't fail.
GETTERS = {"cupel_error_code"}
ERROR = "cupel_error**"
# Enumerations of which 0 may be nothing that the function takes.
GOOD = {"cupel_option_origin": "CUPEL_OPTION_CALL"}
# Text, in which every bit is allowed, or numbers of which all are.
ANY_VALUE = {"int64_t", "uint64_t", "double", "size_t", "int32_t"}
LISTS = {"cupel_view", "cupel_field", "cupel_dedup_output"}
SCALARS = {"uint64_t", "int32_t"}


class Matrix:
    """Turns what the headers say into C++."""

    def __init__(self, known):
        self.known = known
        self.lines = []

    def is_struct(self, name):
        return name in self.known.structs and any(
            field.name == "struct_size" for field in self.known.structs[name])

    def write(self, text):
        self.lines.append(text)

    def function(self, function):
        """The test of one function."""
        self.write(f"TEST_F(MatrixTest, {function.name}) {{")
        for parameter in function.parameters:
            self.declare(function, parameter)
        arguments = ", ".join(
            "place" if parameter.type == ERROR else parameter.name
            for parameter in function.parameters)
        outs = [p for p in function.parameters if self.is_out_handle(p)]
        if (function.returns == "cupel_status" and
                function.name not in GETTERS):
            self.write("  const Call call = [&](cupel_error** place) {")
            self.write("    (void)place;")
            for out in outs:
                self.write(f"    {out.name}_made = Bogus(&{out.name}_made);")
            self.write(f"    const cupel_status status = "
                       f"{function.name}({arguments});")
            for out in outs:
                self.write(f"    ExpectCleared({out.name}, {out.name}_made);")
            self.write("    return status;\n  };")
        else:
            self.write("  const Call call = [&](cupel_error**) {")
            self.write(f"    (void){function.name}({arguments});")
            self.write("    return kNoStatus;\n  };")
        if not any(p.type == ERROR for p in function.parameters):
            self.write("  has_error_ = false;")
        for parameter in function.parameters:
            self.vary(function.name, parameter, function.parameters,
                      parameter.name, "")
        self.write("}\n")

    def is_out_handle(self, parameter):
        pointee = parameter.pointee
        return (pointee.endswith("*") and parameter.type != ERROR and
                pointee[:-1] in self.known.handles)

    def declare(self, function, parameter):
        """A good value."""
        kind, name, pointee = parameter.type, parameter.name, parameter.pointee
        if kind == ERROR:
            return
        if self.is_out_handle(parameter):
            self.write(f"  {pointee} {name}_made = nullptr;")
            self.write(f"  {kind} {name} = &{name}_made;")
        elif pointee in self.known.handles and pointee != "cupel_call":
            self.write(f"  {kind} {name} = Handle<{pointee}>();")
        elif self.is_struct(pointee):
            self.write(f"  {pointee} {name}_good = Good<{pointee}>();")
            self.write(f"  {kind} {name} = &{name}_good;")
            for field in self.known.structs[pointee]:
                self.set_field(pointee, field, f"{name}_good")
        elif pointee in LISTS:
            self.write(f"  {kind} {name} = List<{pointee}>();")
        elif pointee in SCALARS | self.known.enums:
            self.write(f"  {pointee} {name}_set = 0;")
            self.write(f"  {kind} {name} = &{name}_set;")
        elif pointee == "uint8_t":
            self.write(f"  uint8_t {name}_room[64] = {{}};")
            self.write(f"  {kind} {name} = {name}_room;")
        elif kind == "cupel_view":
            self.write(f"  cupel_view {name} = View(\"x\");")
        elif kind in self.known.callbacks:
            self.write(f"  {kind} {name} = Callback<{kind}>();")
        elif kind == "void*":
            self.write(f"  void* {name} = nullptr;")
        elif name.endswith("_count") or name == "size":
            self.write(f"  {kind} {name} = 1;")
        elif kind in GOOD:
            self.write(f"  {kind} {name} = {GOOD[kind]};")
        elif kind in ANY_VALUE | self.known.enums | {"uint32_t"}:
            self.write(f"  {kind} {name} = 0;")
        else:
            sys.exit(f"generate.py: {function.name}: nothing is known of "
                     f"'{kind} {name}'; add what it may and may not be")

    def set_field(self, struct, field, place):
        """What a struct leads to, so that it can be made bad."""
        if struct == "cupel_plugin_v1":
            return
        if (struct, field.name) in MAY_BE_NULL:
            if field.pointee in self.known.handles:
                self.write(f"  {place}.{field.name} = "
                           f"Handle<{field.pointee}>();")
        elif field.pointee in LISTS and field.name != "items":
            count = self.count_of(self.known.structs[struct], field.name)
            self.write(f"  {place}.{field.name} = List<{field.pointee}>();")
            self.write(f"  {place}.{count} = 1;")

    def count_of(self, siblings, name):
        """The sibling that says how many there are of `name`."""
        for stem in (name, name.removesuffix("s"),
                     name[:-3] + "y" if name.endswith("ies") else name):
            for sibling in siblings:
                if sibling.name == f"{stem}_count":
                    return sibling.name
        return None

    def vary(self, owner, variable, siblings, place, prefix):
        """Every bad value of one variable, which stands at `place`."""
        kind, name, pointee = variable.type, variable.name, variable.pointee
        title = f'"{prefix}{name}"'
        may_be_null = "true" if (owner, name) in MAY_BE_NULL else "false"
        if kind == ERROR or name == "struct_size" or pointee == "void":
            return
        if self.is_out_handle(variable):
            self.write(f"  Null({title}, call, {place});")
        elif pointee in self.known.handles:
            optional = "true" if name == "cancel" else may_be_null
            self.write(f"  Handles({title}, call, {place}, {optional});")
        elif pointee == "cupel_plugin_v1":
            # What is in one is a matter of registering (capi.plugins).
            self.write(f"  Null({title}, call, {place});")
        elif self.is_struct(pointee):
            self.vary_struct(owner, variable, place, title, prefix)
        elif pointee in LISTS:
            count = self.count_of(siblings, name)
            if count is None:
                sys.exit(f"generate.py: {owner}: how many {name} are there?")
            where = place[:-len(name)] + count
            self.write(f"  Lists({title}, call, {place}, {where});")
        elif pointee == "uint8_t":
            self.write(f"  Null({title}, call, {place});")
        elif pointee:
            if (owner, name) not in MAY_BE_NULL:
                self.write(f"  Null({title}, call, {place});")
        elif kind == "cupel_view":
            self.write(f"  Views({title}, call, {place});")
        elif kind in self.known.callbacks:
            if (owner, name) in NEEDED_CALLBACKS:
                self.write(f"  Null({title}, call, {place});")
        elif name == "flags":
            self.write(f"  Flags({title}, call, {place});")
        elif name.startswith("reserved"):
            self.write(f"  Reserved({title}, call, {place});")
        elif kind in self.known.enums:
            self.write(f"  Enums({title}, call, {place});")

    def vary_struct(self, owner, variable, place, title, prefix):
        pointee = variable.pointee
        const = variable.type.startswith("const ")
        if (not const or pointee in NEEDED_OPTIONS) and (
                owner, variable.name) not in MAY_BE_NULL:
            self.write(f"  Null({title}, call, {place});")
        if prefix:
            # A struct inside a struct: one of its own, put there.
            self.write(f"  Inner<{pointee}>({title}, call, {place});")
            return
        good = f"{place}_good"
        self.write(f"  Structs<{pointee}>({title}, call, {place});")
        if not const:
            return  # it is filled: nothing of it is read
        fields = self.known.structs[pointee]
        for field in fields:
            self.vary(pointee, field, fields, f"{good}.{field.name}",
                      f"{variable.name}.")

    def free(self, function):
        """NULL, other kinds and what was freed before are left alone."""
        handle = function.parameters[0].pointee
        self.write(f"TEST_F(MatrixTest, {function.name}) {{")
        self.write(f"  Frees<{handle}>({function.name});\n}}\n")


def main():
    folder, symbols, output = map(pathlib.Path, sys.argv[1:])
    known = headers.read(folder)
    exported = {line.split("@")[0] for line in symbols.read_text().split()
                if line.startswith("cupel_")}
    missing = exported ^ set(known.functions)
    if missing:
        sys.exit(f"generate.py: exported but not declared, or the other way "
                 f"round: {' '.join(sorted(missing))}")
    matrix = Matrix(known)
    for name in sorted(exported):
        function = known.functions[name]
        if name.endswith("_free"):
            matrix.free(function)
        elif any(p.type.endswith("*") or p.type == "cupel_view"
                 for p in function.parameters):
            matrix.function(function)
    output.write_text(
        "// Made by tests/capi/matrix/generate.py.\n"
        '#include "matrix/matrix.h"\n\n'
        "namespace cupel_test {\nnamespace {\n\n" + "\n".join(matrix.lines) +
        "\n}  // namespace\n}  // namespace cupel_test\n")


if __name__ == "__main__":
    main()
