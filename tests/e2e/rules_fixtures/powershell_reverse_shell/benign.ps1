# Must trip nothing, close as it is to powershell_reverse_shell.
$client = New-Object System.Net.Sockets.TcpClient
$client.Connect('example.invalid', 443)
$client.Connected
