// Code that behaves while it is watched.

rule virtual_machine_probe : high evasion {
  meta:
    description = "Looks for the traces of virtual machines and analysis tools"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .js .mjs .cjs .ts .ps1"
  strings:
    $vbox_service = /\bvbox(service|tray|guest)\b/ nocase
    $vmware = /\b(vmtoolsd|vmwaretray|vmwareuser|vmacthlp)\b/ nocase
    $qemu = "qemu-ga" fullword nocase
    $sandboxie = "SbieDll" nocase
    $wireshark = "wireshark" fullword nocase
    $procmon = /\b(procmon|processhacker|procexp)(64)?\b/ nocase
    $debugger = /\b(x64dbg|x32dbg|ollydbg|windbg|ida64)\b/ nocase
    $fiddler = "fiddler" fullword nocase
  condition:
    filesize < 2MB and 4 of them
}

rule js_small_machine_exit : medium evasion {
  meta:
    description = "Gives up on machines that look like a sandbox: few cores, little memory"
    author = "Cupel"
    weight = 7
    filetype = ".js .mjs .cjs .ts"
  strings:
    $cores = /\bcpus\(\)\.length\s{0,2}<=?\s{0,2}\d\b/
    $memory = /\btotalmem\(\).{0,40}</
    $exit = /\bprocess\.exit\(/
  condition:
    filesize < 256KB and all of them
}

rule py_debugger_exit : medium evasion {
  meta:
    description = "Ends itself when a debugger or tracer is attached"
    author = "Cupel"
    weight = 7
    filetype = ".py .pyw .pth"
  strings:
    $trace = /\bif sys\.gettrace\(\)/
    $windows = /\b(IsDebuggerPresent|CheckRemoteDebuggerPresent)\(/
    $status = /\bTracerPid\b/
    $exit = /\b(os\._exit|sys\.exit|exit|quit)\(/
  condition:
    filesize < 256KB and any of ($trace, $windows, $status) and $exit
}

rule script_deletes_itself : high evasion {
  meta:
    description = "Deletes its own file after it ran"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .js .mjs .cjs .ts .sh"
  strings:
    $js = /\b(unlink|unlinkSync|rm|rmSync)\(\s{0,2}__filename\b/
    $py = /\bos\.(remove|unlink)\(\s{0,2}(__file__|sys\.argv\[0\]|os\.path\.(abspath|realpath)\(\s?__file__)/
    $shell = /\brm (-f |-rf )?['"]?\$(0|\{0\}|BASH_SOURCE)\b/
  condition:
    any of them
}
