# Must trip nothing, close as it is to ssh_keys_sent.
import subprocess
subprocess.run(["ssh-keygen", "-f", "~/.ssh/id_ed25519", "-N", ""])
