# Trips wallet_files_collected.
raise SystemExit("a fixture: never run")
names = ["Exodus/exodus.wallet", "Electrum/wallets", "wallet.dat"]
