// Code that is not in the package: fetched, dropped, or lent by the system.

rule py_exec_from_network : critical execution {
  meta:
    description = "Python executes what it just downloaded"
    author = "Cupel"
    weight = 16
    filetype = ".py .pyw .pth"
  strings:
    $run = /\b(exec|eval)\s{0,2}\(.{0,40}\b(requests\.get|httpx\.get|urllib2?\.(request\.)?urlopen|urlopen)\(/
    $compile = /\bcompile\(\s{0,2}(requests\.get|httpx\.get|urllib\.request\.urlopen|urlopen)\(.{1,160}['"]exec['"]/
  condition:
    any of them
}

rule py_drop_and_run : high execution {
  meta:
    description = "Python downloads a file, makes it executable and starts it"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw"
  strings:
    $fetch = /\b(urlretrieve|requests\.get|urlopen|httpx\.get)\(/
    $chmod = /\bos\.chmod\(.{1,80}(0o?7[0-7]{2}|S_IXUSR|S_IEXEC|S_IRWXU)/
    $startfile = /\bos\.startfile\(/
    $exe = /\b\w{0,24}\.(exe|scr|bat|vbs)['"]/
    $start = /\b(subprocess\.(Popen|run|call)|os\.(system|popen|execv\w{0,2}))\(/
    $write = /\bopen\(.{1,80}['"]wb['"]/
  condition:
    filesize < 256KB and $fetch and
    (($chmod and $start) or ($startfile and $write) or
     ($exe and $write and $start))
}

rule js_eval_from_network : critical execution {
  meta:
    description = "JavaScript evaluates the body of an HTTP answer"
    author = "Cupel"
    weight = 14
    filetype = ".js .mjs .cjs .ts"
  strings:
    $fetch = /\b(https?\.get|fetch|axios(\.get|\.post)?|request(\.get)?)\(/
    $eval = /\b(eval|new Function|runInThisContext|runInNewContext)\(\s{0,4}(body|chunks?(\.join\([^)\n]{0,4}\))?|res(p|ponse)?\.(data|body|text\(\))|r\.data(\.\w{1,16})?|await .{1,60}\.text\(\))/
    $constructor = /\bFunction\.constructor\(\s{0,2}['"]require['"]/
  condition:
    $fetch and any of ($eval, $constructor)
}

rule js_drop_and_run : medium execution {
  meta:
    description = "JavaScript downloads a file, makes it executable and starts it"
    author = "Cupel"
    weight = 6
    filetype = ".js .mjs .cjs .ts"
  strings:
    $fetch = /\b(https?\.get|fetch|axios(\.get)?)\(/
    $write = /\b(createWriteStream|writeFileSync|writeFile)\(/
    $temp = /\b(os\.tmpdir\(\)|process\.env\.(TEMP|TMP|APPDATA)\b|['"`]\/tmp\/)/
    $chmod = /\bchmod(Sync)?\(.{1,80}(0o?7[0-7]{2}|['"](0?7[0-7]{2}|\+x)['"])/
    $exe = /['"`\w]\.exe['"`]/
    $start = /\b(spawn|exec|execFile)(Sync)?\(/
  condition:
    filesize < 256KB and $fetch and $write and $temp and $start and
    any of ($chmod, $exe)
}

rule download_piped_to_shell : high execution {
  meta:
    description = "Feeds a download straight into an interpreter"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .rb .json"
  strings:
    $call = /\b(exec|execSync|spawn|spawnSync|system|popen|Popen|run|call|check_output)\(?\s{0,4}\[?[rfb]{0,2}['"`][^\n|]{0,40}\b(curl|wget)\s[^\n|]{4,200}\|\s{0,2}(sudo )?(bash|zsh|sh|python3?|node|perl)\b/
    $hook = /\binstall['"]:\s{0,2}['"][^\n|]{0,40}\b(curl|wget)\s[^\n|]{4,200}\|\s{0,2}(sudo )?(bash|zsh|sh|python3?|node|perl)\b/
  condition:
    any of them
}

rule paste_site_stage : high execution {
  meta:
    description = "Takes its next stage from a paste site and runs it"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .ps1 .sh"
  strings:
    $pastebin = "pastebin.com/raw/"
    $rentry = /\brentry\.(co|org)\/[\w-]{3,40}\/raw\b/
    $gist = /\bgist\.githubusercontent\.com\/[\w-]{1,40}\/[0-9a-f]{20,32}\/raw\b/
    $keeper = /\bjsonkeeper\.com\/b\/\w{4}/
    $run = /\b(exec|eval|execSync|spawn|Popen|Function|iex|Invoke-Expression)\b\s{0,2}\(?/
  condition:
    any of ($pastebin, $rentry, $gist, $keeper) and $run
}

rule powershell_encoded_command : high execution {
  meta:
    description = "Starts PowerShell with a command in base64"
    author = "Cupel"
    weight = 14
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .rb .bat .cmd .json"
  strings:
    $command = /\b(powershell|pwsh)(\.exe)?\b.{0,160}[\s'"]-e(nc?|nco|ncod|ncode|ncoded|ncodedcommand)?['", ]{1,6}[A-Za-z0-9+\/]{24}/ nocase
  condition:
    $command
}

rule powershell_download_cradle : high execution {
  meta:
    description = "PowerShell fetches a script and evaluates it"
    author = "Cupel"
    weight = 14
    filetype = ".ps1 .psm1 .bat .cmd .py .pyw .pth .js .mjs .cjs .ts .rb .json"
  strings:
    $client = /\.Download(String|Data|File)\(/ nocase
    $request = /\b(Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\s{1,2}.{0,40}https?:/ nocase
    $eval = /(\biex[ (]|\| {0,2}iex\b|\bInvoke-Expression\b)/ nocase
  condition:
    any of ($client, $request) and $eval
}

rule windows_tool_misused : high execution {
  meta:
    description = "Downloads or runs code through a tool that comes with Windows"
    author = "Cupel"
    weight = 14
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .rb .ps1 .bat .cmd .json"
  strings:
    $certutil = /\bcertutil(\.exe)?['", ]{1,4}-(urlcache|decode)\b/ nocase
    $bitsadmin = /\bbitsadmin(\.exe)?['", ]{1,4}\/transfer\b/ nocase
    $mshta = /\bmshta(\.exe)?['", ]{1,4}(https?:|javascript:|vbscript:)/ nocase
    $regsvr32 = /\bregsvr32(\.exe)?\b.{0,40}\/i:https?:/ nocase
    $rundll32 = /\brundll32(\.exe)?['", ]{1,4}javascript:/ nocase
    $msiexec = /\bmsiexec(\.exe)?\b.{0,24}\/i ?['", ]{0,4}https?:/ nocase
  condition:
    any of them
}

rule js_detached_child : medium execution {
  meta:
    description = "Starts an unseen child process that outlives its parent"
    author = "Cupel"
    weight = 5
    filetype = ".js .mjs .cjs .ts"
  strings:
    $spawn = /\bspawn\(/
    $detached = /\bdetached\s{0,2}:\s{0,2}(true|!0)\b/
    $silent = /\bstdio\s{0,2}:\s{0,2}['"]ignore['"]/
    $hidden = /\bwindowsHide\s{0,2}:\s{0,2}(true|!0)\b/
    $unref = ".unref()"
  condition:
    filesize < 256KB and all of them
}

rule py_process_injection : critical execution {
  meta:
    description = "Python writes machine code into memory and starts it"
    author = "Cupel"
    weight = 18
    filetype = ".py .pyw"
  strings:
    $ctypes = /\bctypes\b/
    $allocate = /\bVirtualAlloc(Ex)?\b/
    $copy = /\b(RtlMoveMemory|WriteProcessMemory)\b/
    $start = /\b(CreateThread|CreateRemoteThread|QueueUserAPC|NtCreateThreadEx)\b/
  condition:
    all of them
}
