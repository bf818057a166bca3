"""What a pickle would import. Nothing is loaded: its operations are read."""

import pickletools

from cupel.plugin import Call, Worker

# Texts on the stack are all that names of imports are made of.
TEXTS = ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE", "STRING",
         "BINSTRING", "SHORT_BINSTRING")
MOST_OPERATIONS = 1_000_000


def imports(data):
    """("os", "system") and where, for each import. Raises ValueError for what
    is no pickle."""
    texts, memo, last = [], {}, None
    for count, (operation, value, at) in enumerate(pickletools.genops(data)):
        if count >= MOST_OPERATIONS:
            raise ValueError(f"more than {MOST_OPERATIONS} operations")
        name = operation.name
        if name in TEXTS:
            texts.append(value)
            last = value
        elif name == "MEMOIZE":
            memo[len(memo)] = last
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            memo[value] = last
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            last = memo.get(value)
            if last is not None:
                texts.append(last)
        elif name in ("GLOBAL", "INST"):
            yield tuple(value.split(" ", 1)), at
            last = None
        elif name == "STACK_GLOBAL":
            if len(texts) < 2:
                raise ValueError(f"an import without a name at {at}")
            yield (texts[-2], texts[-1]), at
            last = None
        else:
            last = None


class PickleImports(Worker):
    """States each import of a module that no data needs."""

    def activate(self, options):
        self.suspicious = set(options["suspicious"])

    def scan(self, call: Call):
        head = bytes(call.bytes[:2])
        if len(head) < 2 or head[0] != 0x80 or not 2 <= head[1] <= 5:
            return
        found = []
        try:
            for (module, name), at in imports(bytes(call.bytes)):
                found.append(f"{module}.{name}")
                if module.partition(".")[0] in self.suspicious:
                    call.statement("pickle-import", tags=["pickle"],
                                   meta={"import": f"{module}.{name}"},
                                   weight=10, offset=at, length=1)
        except ValueError as error:
            # What was found so far is good; that there was more is told.
            call.error(f"no whole pickle: {error}", "data_loss")
        yield {"imports": found}
