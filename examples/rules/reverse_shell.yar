// A shell whose input and output are somebody else's socket.

rule bash_reverse_shell : critical shell {
  meta:
    description = "Shell redirected to a /dev/tcp socket"
    author = "Cupel"
    weight = 20
    filetype = ".sh .py .pyw .pth .js .mjs .cjs .ts .rb .pl .json"
  strings:
    $connect = /[<>]&?\s{0,2}\/dev\/(tcp|udp)\/[\w.${}-]{2,64}\/[\w${}]{1,16}/
    $interactive = /\b(ba|z|k)?sh\s{1,2}-i\b/
    $duplicate = /\b0?<&\d{1,3}|0>&1|exec \d{1,3}<>/
  condition:
    $connect and any of ($interactive, $duplicate)
}

rule python_reverse_shell : critical shell {
  meta:
    description = "Python hands a socket to a shell as its input and output"
    author = "Cupel"
    weight = 20
    filetype = ".py .pyw .pth .sh .js .json"
  strings:
    $socket = /\bsocket\.socket\(/
    $dup = /\bos\.dup2\(\s{0,2}\w{1,16}\.fileno\(\)/
    $pty = /\bpty\.spawn\(/
    $shell = /['"](\/bin\/(ba|z)?sh|cmd(\.exe)?|powershell(\.exe)?)['"]/
  condition:
    $socket and $shell and any of ($dup, $pty)
}

rule node_reverse_shell : critical shell {
  meta:
    description = "Node pipes a socket into a shell"
    author = "Cupel"
    weight = 20
    filetype = ".js .mjs .cjs .ts .json"
  strings:
    $connect = /\bnet\.(connect|createConnection|Socket)\(/
    $require = /\brequire\(\s?\\?['"](node:)?net\\?['"]\s?\)/
    $shell = /\b(spawn|execFile)\(\s{0,2}\\?['"](\/bin\/(ba|z)?sh|cmd(\.exe)?|powershell(\.exe)?)\\?['"]/
    $in = /\.pipe\(\s{0,2}\w{1,24}\.stdin\b/
    $out = /\bstdout\.pipe\(/
  condition:
    any of ($connect, $require) and $shell and $in and $out
}

rule perl_reverse_shell : critical shell {
  meta:
    description = "Perl redirects its standard files to a socket and starts a shell"
    author = "Cupel"
    weight = 20
    filetype = ".pl .pm .sh .py .js .json"
  strings:
    $socket = /\buse (IO::)?Socket\b/
    $redirect = /\bopen\s?\(?\s?STDIN\s?,\s?\\?["'][<>]&/
    $shell = /\bexec\s?[({]?\s?\\?["']\/bin\/(ba)?sh\b/
  condition:
    all of them
}

rule ruby_reverse_shell : critical shell {
  meta:
    description = "Ruby hands a socket to a shell"
    author = "Cupel"
    weight = 20
    filetype = ".rb .sh .gemspec"
  strings:
    $socket = /\bTCPSocket\.(new|open)\b/
    $numbers = /\/bin\/(ba)?sh -i <&%d >&%d/
    $pty = /\bPTY\.spawn\(/
    $redirect = /\b(exec|spawn)\s?\(?['"]\/bin\/(ba)?sh['"].{0,40}:?\bin\b\s?(=>|:)/
  condition:
    $socket and any of ($numbers, $pty, $redirect)
}

rule netcat_shell : critical shell {
  meta:
    description = "Netcat serves or dials out a shell"
    author = "Cupel"
    weight = 18
    filetype = ".sh .py .pyw .pth .js .mjs .cjs .ts .rb .pl .json"
  strings:
    $unix = /\b(nc|ncat|netcat) .{0,60}-[a-z]{0,4}[ec] {1,2}['"]?\/bin\/(ba|z)?sh\b/
    $windows = /\b(nc|ncat|netcat|nc64)\.exe .{0,60}-[a-z]{0,4}[ec] {1,2}cmd(\.exe)?\b/
    $long = /\bncat(\.exe)? .{0,60}--(sh-)?exec {1,2}['"]?(\/bin\/(ba|z)?sh|cmd)\b/
    $fifo = /\bmkfifo .{1,80}\/bin\/(ba)?sh -i.{1,40}\| {0,2}(nc|ncat|netcat|telnet|openssl s_client) /
  condition:
    any of them
}

rule powershell_reverse_shell : critical shell {
  meta:
    description = "PowerShell evaluates what it reads from a TCP socket"
    author = "Cupel"
    weight = 20
    filetype = ".ps1 .psm1 .bat .cmd .py .pyw .js .mjs .cjs .ts .json"
  strings:
    $client = "Net.Sockets.TCPClient" nocase
    $stream = ".GetStream(" nocase
    $eval = /\b(iex|Invoke-Expression)\b/ nocase
  condition:
    all of them
}
