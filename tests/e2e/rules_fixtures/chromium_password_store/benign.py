# Must trip nothing, close as it is to chromium_password_store.
# Starts the browser with a profile folder of its own.
args = ["google-chrome", "--user-data-dir=/tmp/profile", "--headless"]
