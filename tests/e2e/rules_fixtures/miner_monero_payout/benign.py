# Must trip nothing, close as it is to miner_monero_payout.
SCRIPT = r"""
./placeholder -u 44111111111111111111111111111111
"""
