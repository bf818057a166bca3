// Code that runs because a package was installed, before anybody imported it.

// What every npm rule below asks first. Private: it is never reported itself.
private rule npm_manifest {
  meta:
    description = "Looks like a package.json"
    author = "Cupel"
  strings:
    $name = /"name"\s{0,8}:/
    $version = /"version"\s{0,8}:/
  condition:
    filesize < 1MB and all of them
}

rule npm_hook_downloads : high install {
  meta:
    description = "npm install script fetches something from the network"
    author = "Cupel"
    weight = 12
    filetype = "package.json"
  strings:
    // ([^"\\\n]|\\.) is one character of a JSON string, escapes included.
    $hook = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,240}\b(curl|wget|iwr|Invoke-WebRequest|bitsadmin|certutil)(\.exe)?\s/
  condition:
    npm_manifest and $hook
}

rule npm_hook_starts_shell : high install {
  meta:
    description = "npm install script hands a command line to another shell"
    author = "Cupel"
    weight = 8
    filetype = "package.json"
  strings:
    $shell = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,240}\b(bash|zsh|sh|dash) -i?c\s/
    $windows = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,240}\b(powershell|pwsh|mshta|rundll32|regsvr32)(\.exe)?\s/
    $pipe = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,240}\|\s{0,2}(bash|zsh|sh|node|python3?)\b/
  condition:
    npm_manifest and any of them
}

rule npm_hook_inline_code : high install {
  meta:
    description = "npm install script is a one-liner that decodes, fetches or spawns"
    author = "Cupel"
    weight = 10
    filetype = "package.json"
  strings:
    $node = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,40}\bnode (-e|--eval)\s([^"\\\n]|\\.){0,300}(child_process|eval\(|Buffer\.from|atob\(|fetch\(|https?\W{1,3}\)?\.(get|request))/
    $python = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,40}\bpython3? -c\s([^"\\\n]|\\.){0,300}(exec\(|os\.system|subprocess|urlopen)/
  condition:
    npm_manifest and any of them
}

rule npm_hook_disguised_script : medium install {
  meta:
    description = "npm install script runs a hidden file, or one that claims to be data"
    author = "Cupel"
    weight = 8
    filetype = "package.json"
  strings:
    $data = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,80}\b(node|bun|python3?|bash|sh) [\w.\/-]{1,80}\.(png|jpe?g|gif|svg|ico|txt|md|dat|log|woff2?|ttf)\b/
    $hidden = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,80}\b(node|bun|python3?|bash|sh) ([\w-]{1,40}\/|\.\/){0,4}\.[a-z0-9_]/
  condition:
    npm_manifest and any of them
}

rule npm_hook_detaches : medium install {
  meta:
    description = "npm install script silences itself and goes to the background"
    author = "Cupel"
    weight = 7
    filetype = "package.json"
  strings:
    $background = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,240}(2>&1|\/dev\/null)\s{0,2}&\s{0,2}["\\;]/
    $nohup = /"(pre|post)?install"\s{0,4}:\s{0,4}"([^"\\\n]|\\.){0,240}\b(nohup|setsid|start \/b)\s/
  condition:
    npm_manifest and any of them
}

rule npm_dependency_over_http : medium install {
  meta:
    description = "npm dependency is a tarball over plain http, outside any registry"
    author = "Cupel"
    weight = 6
    filetype = "package.json"
  strings:
    $url = /":\s{0,4}"http:\/\/[^"\s]{4,200}\.(tgz|tar\.gz)"/
    $section = /"(dev|optional|peer)?[dD]ependencies"\s{0,4}:/
  condition:
    npm_manifest and $section and $url
}

rule setup_py_command_downloads : high install {
  meta:
    description = "setup.py replaces an install command and fetches something in it"
    author = "Cupel"
    weight = 10
    filetype = "setup.py"
  strings:
    $command = /\bclass \w{1,64}\(\s{0,4}([\w.]{1,64}\.)?(install|develop|egg_info|build_py|sdist)\s{0,4}\):/
    $cmdclass = /\bcmdclass\s{0,4}=/
    $requests = /\brequests\.(get|post)\(/
    $urlopen = "urlopen("
    $urlretrieve = "urlretrieve("
    $httpx = /\bhttpx\.(get|post)\(/
    $curl = /['"](curl|wget)[ '"]/
  condition:
    filesize < 1MB and $command and $cmdclass and
    any of ($requests, $urlopen, $urlretrieve, $httpx, $curl)
}

rule setup_py_command_spawns_shell : high install {
  meta:
    description = "setup.py replaces an install command and starts a shell in it"
    author = "Cupel"
    weight = 10
    filetype = "setup.py"
  strings:
    $command = /\bclass \w{1,64}\(\s{0,4}([\w.]{1,64}\.)?(install|develop|egg_info|build_py|sdist)\s{0,4}\):/
    $cmdclass = /\bcmdclass\s{0,4}=/
    $shell = /\b(os\.system|os\.popen|Popen|subprocess\.\w{3,12})\(.{0,80}(powershell|cmd(\.exe)? \/c|\bbash\b|\/bin\/sh\b|\bsh -c|python3? -c)/
  condition:
    filesize < 1MB and all of them
}

rule setup_py_runs_decoded_text : critical install {
  meta:
    description = "setup.py executes text that it first decodes or downloads"
    author = "Cupel"
    weight = 15
    filetype = "setup.py"
  strings:
    $run = /\b(exec|eval)\s{0,2}\(.{0,80}(b64decode|b85decode|bytes\.fromhex|unhexlify|zlib\.decompress|marshal\.loads|Fernet\(|urlopen\(|requests\.get\()/
  condition:
    filesize < 1MB and $run
}

rule gem_extension_downloads : high install {
  meta:
    description = "extconf.rb of a gem fetches or starts a program while it builds"
    author = "Cupel"
    weight = 10
    filetype = "extconf.rb"
  strings:
    $makefile = "create_makefile"
    $mkmf = /\brequire ['"]mkmf['"]/
    $command = /(\b(system|exec|spawn|IO\.popen|Open3\.\w{4,12})[ (]|`|%x[({\[]).{0,40}\b(curl|wget|powershell|bash -c|sh -c)\s/
    $http = /\b(Net::HTTP\.(get|post|start)|URI\.open)\b/
  condition:
    filesize < 1MB and any of ($makefile, $mkmf) and any of ($command, $http)
}

rule gem_hook_phones_home : high install {
  meta:
    description = "RubyGems plugin hooks every installation and talks to the network"
    author = "Cupel"
    weight = 12
    filetype = "rubygems_plugin.rb"
  strings:
    $hook = /\bGem\.(pre|post)_(install|uninstall|build|reset)\b/
    $http = /\b(Net::HTTP|URI\.open|TCPSocket)\b/
    $command = /(\bsystem[ (]|`).{0,40}\b(curl|wget)\s/
  condition:
    filesize < 1MB and $hook and any of ($http, $command)
}

rule build_rs_downloads : medium install {
  meta:
    description = "Cargo build script fetches something and starts a program"
    author = "Cupel"
    weight = 6
    filetype = "build.rs"
  strings:
    $main = "fn main()"
    $tool = /\bCommand::new\(\s{0,4}"(curl|wget|powershell|pwsh)(\.exe)?"/
    $piped = /"[^"\n]{0,80}\b(curl|wget) [^"\n]{1,160}\|\s{0,2}(ba)?sh\b/
  condition:
    filesize < 1MB and $main and any of ($tool, $piped)
}
