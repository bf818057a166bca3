# Must trip nothing, close as it is to wallet_files_collected.
# The default place of one wallet program.
DATA = "~/.electrum/wallets/default"
