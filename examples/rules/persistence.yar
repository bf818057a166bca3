// Ways to be started again after the installation is long over.

rule cron_entry_added : high persistence {
  meta:
    description = "Adds an entry to the user's or the system's cron table"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .sh .rb .json"
  strings:
    $pipe = /\| {0,2}crontab -(\s|['"`;&)]|$)/
    $drop = /\b(open|writeFileSync|writeFile|appendFileSync|appendFile)\(\s{0,2}[rf]?['"`]\/(etc\/cron\.d|etc\/crontab|var\/spool\/cron)/
    $redirect = /> {0,2}\/etc\/cron(\.d|tab)/
  condition:
    any of them
}

rule systemd_unit_installed : high persistence {
  meta:
    description = "Writes a systemd unit and enables it"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .sh .rb"
  strings:
    $section = "[Service]"
    $start = "ExecStart="
    $folder = /(\.config\/systemd\/user|\/etc\/systemd\/system)\b/
    $enable = /\bsystemctl['", ]{1,4}(--user['", ]{1,4})?(enable|start)\b/
  condition:
    all of them
}

rule macos_launch_agent : high persistence {
  meta:
    description = "Writes a launch agent that starts at every login"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .sh .rb"
  strings:
    $folder = /Library['", \/]{1,6}Launch(Agents|Daemons)\b/
    $run = "<key>RunAtLoad</key>"
    $arguments = "<key>ProgramArguments</key>"
  condition:
    all of them
}

rule windows_run_key : high persistence {
  meta:
    description = "Writes a Run key of the Windows registry"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .ps1 .bat .cmd .json"
  strings:
    $key = /\bMicrosoft\\{1,2}Windows\\{1,2}CurrentVersion\\{1,2}Run(Once)?\b/ nocase
    $py = /\bSetValueEx?\(/
    $reg = /\breg(\.exe)?['", ]{1,4}add\b/ nocase
    $powershell = /\b(New|Set)-ItemProperty\b/ nocase
  condition:
    $key and any of ($py, $reg, $powershell)
}

rule windows_startup_folder : high persistence {
  meta:
    description = "Copies a file into the Startup folder of Windows"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .js .mjs .cjs .ts .ps1 .bat .cmd"
  strings:
    $folder = /Start Menu['", \/\\]{1,6}Programs['", \/\\]{1,6}Startup\b/ nocase
    $write = /\b(copyFileSync|copyFile|writeFileSync|writeFile|copyfile|copy2?|open|Copy-Item|xcopy)[ (]/
  condition:
    all of them
}

rule windows_scheduled_task : high persistence {
  meta:
    description = "Creates a scheduled task"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .ps1 .bat .cmd .json"
  strings:
    $schtasks = /\bschtasks(\.exe)?['", ]{1,4}\/create\b.{0,200}\/(sc|ru|xml)\b/ nocase
    $powershell = /\bRegister-ScheduledTask\b.{0,200}-(Action|Trigger)\b/ nocase
  condition:
    any of them
}

rule shell_profile_changed : medium persistence {
  meta:
    description = "Appends a line to the start-up file of the user's shell"
    author = "Cupel"
    weight = 6
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .sh .rb .json"
  strings:
    $py = /\bopen\(.{0,100}\.(bashrc|zshrc|bash_profile|zprofile|profile)['"]\)?,\s{0,2}['"](a|ab|a\+|w)['"]/
    $js = /\bappendFile(Sync)?\(.{0,100}\.(bashrc|zshrc|bash_profile|zprofile|profile)\b/
    $shell = /\b(echo|printf) .{1,160}>> {0,2}['"]?(~|\$HOME|\$\{HOME\})\/\.(bashrc|zshrc|bash_profile|zprofile|profile)\b/
  condition:
    any of them
}

rule pth_runs_code : critical persistence {
  meta:
    description = ".pth file that decodes, fetches or spawns at every start of Python"
    author = "Cupel"
    weight = 18
    filetype = ".pth"
  strings:
    $import = /(^|\n)import[ \t][^\n;]{1,120};/
    $decode = /\b(b64decode|a85decode|b85decode|unhexlify|fromhex|marshal|zlib)\b/
    $spawn = /\b(subprocess|Popen|os\.system|os\.popen|pty)\b/
    $fetch = /\b(urlopen|urllib|requests|http\.client|socket)\b/
    $exec = /\bexec\(\s{0,2}(open|compile|__import__|requests|urllib)\b/
  condition:
    filesize < 1MB and $import and any of ($decode, $spawn, $fetch, $exec)
}

rule py_start_hook_written : high persistence {
  meta:
    description = "Plants a file that Python runs by itself at every start"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw"
  strings:
    $customize = /\b(open|Path|join)\(.{0,100}\b(site|user)customize\.py['"]/
    $pth = /\b(open|Path|join)\(.{0,100}\.pth['"]/
    $folder = /\b(getsitepackages|getusersitepackages|get_python_lib|USER_SITE)\b/
    $purelib = /\bget_paths?\(.{0,24}purelib\b/
    $write = /\.write(_text|_bytes)?\(/
  condition:
    filesize < 256KB and $write and any of ($folder, $purelib) and
    any of ($customize, $pth)
}
