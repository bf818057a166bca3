# Must trip nothing, close as it is to slack_webhook.
import os
URL = "https://hooks.slack.com/services/" + os.environ["SLACK_PATH"]
