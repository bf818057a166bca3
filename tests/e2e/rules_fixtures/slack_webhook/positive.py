# Trips slack_webhook.
raise SystemExit("a fixture: never run")
URL = "https://hooks.slack.com/services/T00000000/B00000000/not-a-token"
