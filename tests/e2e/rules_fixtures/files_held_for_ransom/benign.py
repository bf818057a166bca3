# Must trip nothing, close as it is to files_held_for_ransom.
import os
from cryptography.fernet import Fernet
# Encrypts backups before they are copied away.
for folder, _, names in os.walk("backup"):
    encrypt(Fernet(key), names, suffix=".enc")
