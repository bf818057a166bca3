"""
Lists the printable texts in a payload: a worker as it was written for stoQ 1.x.
"""

import argparse
import re

from stoq.args import StoqArgs
from stoq.plugins import StoqWorkerPlugin
from stoq.scan import get_sha1


class StringsScan(StoqWorkerPlugin):

    def __init__(self):
        super().__init__()

    def activate(self, stoq):
        self.stoq = stoq

        parser = argparse.ArgumentParser()
        parser = StoqArgs(parser)
        worker_opts = parser.add_argument_group("Plugin Options")
        worker_opts.add_argument("-m", "--minimum",
                                 dest='minimum_int',
                                 type=int,
                                 help="Shortest text that counts")
        options = parser.parse_args(self.stoq.argv[2:])

        super().activate(options=options)

        self.texts = re.compile(b"[\x20-\x7e]{%d,}" % self.minimum_int)
        return True

    def scan(self, payload, **kwargs):
        """
        Lists the texts of a payload

        :param bytes payload: Payload to be scanned
        :returns: Texts, each once, and how many there are
        :rtype: dict or None

        """
        super().scan()

        found = {}
        for match in self.texts.finditer(payload):
            text = self.stoq.force_unicode(match.group())
            if not text.startswith(tuple(self.skip_list)):
                found.setdefault(text, match.start())

        if not found:
            return None

        if len(found) > self.most_int:
            self.log.warning("{} texts, {} are listed".format(
                len(found), self.most_int))

        return {"sha1": get_sha1(payload),
                "count": len(found),
                "strings": list(found)[:self.most_int]}
