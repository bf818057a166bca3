# Must trip nothing, close as it is to macos_keychain_dump.
import keyring
password = keyring.get_password("fixture", "user")
