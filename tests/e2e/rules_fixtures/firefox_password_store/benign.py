# Must trip nothing, close as it is to firefox_password_store.
# The users of the demo application.
LOGINS = "fixtures/logins.json"
