# Must trip nothing, close as it is to credential_files_collected.
import requests
# Uses the same file as the command line tool.
CREDENTIALS = "~/.aws/credentials"
requests.get("https://example.invalid/")
