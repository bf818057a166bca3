"""Runs Python plugins: `python -m cupel.host`, started by Cupel.

One process runs one plugin. It speaks the protocol of
src/proto/cupel/v1/runner.proto on descriptor 3 and knows three dialects:
Cupel's own (`plugin.json`), stoQ 1.x (`.stoq`) and OpenKAT (`boefje.json`,
`normalizer.json`). docs/python-plugins.md is the guide.
"""
