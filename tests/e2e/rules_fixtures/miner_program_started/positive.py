# Trips miner_program_started.
raise SystemExit("a fixture: never run")
SCRIPT = r"""
./xmrig --donate-level=1 --coin=monero
"""
