// Code that breaks the machine it is installed on.

rule home_deleted : critical destruction {
  meta:
    description = "Deletes the user's home or the whole file system"
    author = "Cupel"
    weight = 20
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .sh .rb .bat .cmd .json"
  strings:
    $rm = /\brm -(rf|fr|r -f|f -r) (--no-preserve-root )?(\/\*?|~\/?|\$HOME\/?|\$\{HOME\}\/?)(\s|['"`;&]|$)/
    $py = /\brmtree\(\s{0,2}(os\.path\.expanduser\(\s?['"]~\/?['"]|Path\.home\(\)|['"]\/['"])/
    $js = /\b(rm|rmSync|rmdirSync|removeSync|rimraf(\.sync)?)\(\s{0,2}(os\.homedir\(\)|process\.env\.HOME|['"]\/['"])\s{0,2}[,)]/
    $windows = /\b(rd|rmdir|del)( \/[sqf]){2,3} ['"]{0,2}(%USERPROFILE%|C:\\{0,2})['"\s]/ nocase
    $shred = /\bfind (~|\$HOME) .{0,80}-exec shred\b/
  condition:
    any of them
}

rule disk_overwritten : critical destruction {
  meta:
    description = "Overwrites a disk or removes the means to restore it"
    author = "Cupel"
    weight = 20
    filetype = ".py .pyw .js .mjs .cjs .ts .sh .rb .ps1 .bat .cmd .json"
  strings:
    $dd = /\bdd if=\/dev\/(zero|u?random) of=\/dev\/(sd[a-z]|nvme\d|vd[a-z]|disk\d)/
    $mkfs = /\bmkfs(\.\w{2,5})? (-\w{1,4} ){0,3}\/dev\/(sd[a-z]|nvme\d|vd[a-z])/
    $shadows = /\bvssadmin(\.exe)?['", ]{1,4}delete['", ]{1,4}shadows\b/ nocase
    $backups = /\bwbadmin(\.exe)?['", ]{1,4}delete['", ]{1,4}(catalog|systemstatebackup)\b/ nocase
  condition:
    any of them
}

rule files_held_for_ransom : critical destruction {
  meta:
    description = "Encrypts the user's files in place and leaves a demand"
    author = "Cupel"
    weight = 20
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $walk = /\b(os\.walk|rglob|readdirSync|readdir)\(/
    $py_cipher = /\b(Fernet|AES\.new|ChaCha20Poly1305)\(/
    $js_cipher = /\bcreateCipheriv\(/
    $rename = /['"`]\.(locked|encrypted|enc|crypt)['"`]/
    $demand = /\b(your files (have been|are|were) encrypted|decrypt your files|send \S{1,12} (btc|bitcoin|xmr|monero))\b/ nocase
  condition:
    $walk and any of ($py_cipher, $js_cipher) and $rename and $demand
}
