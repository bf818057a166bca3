# Trips discord_token_theft.
raise SystemExit("a fixture: never run")
path = "discordcanary/Local Storage/leveldb"
pattern = r"[\w-]{24}\.[\w-]{6}\.[\w-]{27}"
