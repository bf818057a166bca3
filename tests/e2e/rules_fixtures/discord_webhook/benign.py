# Must trip nothing, close as it is to discord_webhook.
import os
URL = "https://discord.com/api/webhooks/" + os.environ["WEBHOOK"]
