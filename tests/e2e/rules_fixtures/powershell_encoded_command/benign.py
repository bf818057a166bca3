# Must trip nothing, close as it is to powershell_encoded_command.
import os
os.system("powershell -ExecutionPolicy RemoteSigned -File build.ps1")
