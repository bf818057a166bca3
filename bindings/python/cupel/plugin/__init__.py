"""What Cupel's own Python plugins are written with.

A plugin is a folder with a `plugin.json` and a module. The module has a
function with the decorator of its category:

    from cupel.plugin import Call, worker

    @worker
    def scan(call: Call) -> dict | None:
        return {"size": len(call.bytes)} if len(call.bytes) > 4096 else None

or a class, if there is something to prepare:

    from cupel.plugin import Call, Decoder

    class Xor(Decoder):
        def activate(self, options):
            self.key = int(options["key"])

        def decode(self, call: Call):
            yield bytes(byte ^ self.key for byte in call.bytes)

What a method returns, or yields, is handed back: payloads for extractors,
carvers and decoders (bytes, `Child`), items for sources (`Item`), text for
readers, results (anything that JSON can hold) for all others. None is nothing.
The methods of `Call` hand back as well, and say more.

A plugin is never entered twice at once, heartbeats aside.

A program that uses Cupel can register the same functions and classes, to run
in its own process: `cupel.Plugins.register`. There several threads may enter
a function at once; a class is made anew for each of them.
"""

from cupel.plugin.call import (Call, Child, Host, Item, LimitReached,
                               NestedResult, PluginError)
from cupel.plugin.kinds import (Carver, Connector, Decoder, Decorator,
                                Extractor, Normalizer, Plugin, Reader, Source,
                                Worker, carver, connector, decoder, decorator,
                                extractor, normalizer, reader, source, worker)

__all__ = [
    "Call", "Carver", "Child", "Connector", "Decoder", "Decorator",
    "Extractor", "Host", "Item", "LimitReached", "NestedResult", "Normalizer",
    "Plugin", "PluginError", "Reader", "Source", "Worker", "carver",
    "connector", "decoder", "decorator", "extractor", "normalizer", "reader",
    "source", "worker",
]
