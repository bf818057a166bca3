# Trips discord_webhook.
raise SystemExit("a fixture: never run")
URL = "https://discord.com/api/webhooks/000000000000000000/not-a-token-not-a-token"
