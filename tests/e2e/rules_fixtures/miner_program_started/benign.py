# Must trip nothing, close as it is to miner_program_started.
SCRIPT = r"""
# Fails the build if a miner such as xmrig eats the runner.
pgrep xmrig && exit 1
"""
