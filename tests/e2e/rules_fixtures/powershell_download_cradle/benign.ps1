# Must trip nothing, close as it is to powershell_download_cradle.
Invoke-WebRequest https://example.invalid/table.csv -OutFile table.csv
