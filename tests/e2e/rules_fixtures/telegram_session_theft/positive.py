# Trips telegram_session_theft.
raise SystemExit("a fixture: never run")
shutil.make_archive("placeholder", "zip", "Telegram Desktop/tdata")
