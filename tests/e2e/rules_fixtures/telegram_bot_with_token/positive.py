# Trips telegram_bot_with_token.
raise SystemExit("a fixture: never run")
URL = "https://api.telegram.org/bot000000000:not-a-token-not-a-token-not-a-token/getMe"
