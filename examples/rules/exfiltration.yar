// Where the loot goes: chat webhooks, drop sites, request catchers, DNS.

rule discord_webhook : high exfiltration {
  meta:
    description = "Discord webhook address written into the code"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .json .sh .rb"
  strings:
    $url = /\bdiscord(app)?\.com\/api\/(v\d{1,2}\/)?webhooks\/\d{17,20}\/[\w-]{20}/
  condition:
    $url
}

rule telegram_bot_with_token : high exfiltration {
  meta:
    description = "Telegram bot address with its token written into the code"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .json .sh .rb"
  strings:
    $url = /\bapi\.telegram\.org\/bot\d{8,10}:[\w-]{35}/
  condition:
    $url
}

rule telegram_host_report : high exfiltration {
  meta:
    description = "Reports user and machine to a Telegram chat"
    author = "Cupel"
    weight = 8
    filetype = ".py .pyw .pth .js .mjs .cjs .ts"
  strings:
    $api = "api.telegram.org/bot"
    $send = /\bsend(Message|Document|Photo)\b/
    $py_user = /\bgetpass\.getuser\(/
    $py_host = /\b(socket\.gethostname|platform\.node)\(/
    $js_user = /\bos\.userInfo\(/
    $js_host = /\bos\.hostname\(/
  condition:
    $api and $send and any of ($py_*, $js_*)
}

rule slack_webhook : medium exfiltration {
  meta:
    description = "Slack webhook address written into the code"
    author = "Cupel"
    weight = 6
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .json .sh .rb"
  strings:
    $url = /\bhooks\.slack\.com\/(services|workflows|triggers)\/T[A-Z0-9]{8,11}\/[A-Z0-9]{8,12}\//
  condition:
    $url
}

rule file_drop_upload : high exfiltration {
  meta:
    description = "Uploads to an anonymous paste or file drop site"
    author = "Cupel"
    weight = 8
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .sh .rb"
  strings:
    $pastebin = "pastebin.com/api/api_post"
    $hastebin = "hastebin.com/documents"
    $transfer = "//transfer.sh"
    $fileio = "//file.io"
    $gofile = /\bgofile\.io\/(uploadFile|contents\/uploadfile)/ nocase
    $catbox = "catbox.moe/user/api.php"
    $nullpointer = "//0x0.st"
    $temp = "//temp.sh/upload"
  condition:
    any of them
}

rule request_catcher : high exfiltration {
  meta:
    description = "Calls a service that shows requests to whoever made the address"
    author = "Cupel"
    weight = 8
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .json .sh .rb"
  strings:
    $oast = /[\w-]{8,64}\.oast\.(fun|live|me|online|pro|site)\b/
    $interactsh = /[\w-]{8,64}\.interact\.sh\b/
    $collaborator = /[\w-]{8,64}\.(burpcollaborator\.net|oastify\.com)\b/
    $webhook_site = /\bwebhook\.site\/[0-9a-f]{8}-[0-9a-f]{4}/
    $pipedream = /\beo?[a-z0-9]{12,20}\.m\.pipedream\.net\b/
    $requestbin = /\brequestbin\.(net|com)\/r\/\w{6}/
  condition:
    any of them
}

rule dns_exfiltration : high exfiltration {
  meta:
    description = "Puts encoded data or the name of the host into a DNS query"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .sh .rb .json"
  strings:
    $js = /\bdns\.(promises\.)?(lookup|resolve\w{0,4})\(.{0,80}(toString\(\s?['"](hex|base64|base64url)|os\.hostname\(|userInfo\()/
    $py = /\b(gethostbyname|getaddrinfo|resolver\.(query|resolve))\(.{0,80}(\.hex\(|hexlify|b32encode|b64encode|(getuser|gethostname|node)\(\)\s{0,2}[+}])/
    $tool = /\b(nslookup|dig) .{0,40}(\$\(|`)(whoami|hostname|id|uname|env|cat)\b/
  condition:
    any of them
}

rule home_archived_and_sent : high exfiltration {
  meta:
    description = "Packs folders of the user into an archive and posts it"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw"
  strings:
    $home = /\b(expanduser\(\s?['"]~|Path\.home\(|USERPROFILE|APPDATA)/
    $archive = "shutil.make_archive("
    $zip = /\bzipfile\.ZipFile\(.{1,80}['"]w['"]/
    $tar = /\btarfile\.open\(.{1,80}['"]w/
    $post = /\b(requests|httpx|session)\.post\(.{0,160}\bfiles\s{0,2}=/
  condition:
    $home and any of ($archive, $zip, $tar) and $post
}

rule js_host_beacon : high beacon {
  meta:
    description = "Sends who and where it runs: the beacon of a squatted npm name"
    author = "Cupel"
    weight = 8
    filetype = ".js .mjs .cjs .ts"
  strings:
    $host = /\bos(\.default)?\.hostname\(/
    $user = /\bos(\.default)?\.userInfo\(/
    $home = /\bos(\.default)?\.homedir\(/
    $folder = /\b(dir(ectory)?|cwd|c|d|path|pkg)\w{0,8}\s{0,2}:\s{0,2}(__dirname|process\.cwd\(\))/
    $servers = /\bdns\.getServers\(/
    $addresses = /\bos(\.default)?\.networkInterfaces\(/
    $send = /\b(https?\.(request|get)|fetch|axios\.(post|get)|dns\.lookup)\(/
  condition:
    filesize < 256KB and $send and $host and $user and
    any of ($home, $folder, $servers, $addresses)
}

rule py_host_beacon : high beacon {
  meta:
    description = "Sends who and where it runs: the beacon of a squatted PyPI name"
    author = "Cupel"
    weight = 8
    filetype = ".py .pyw .pth"
  strings:
    $host = /\b(socket\.gethostname|platform\.node)\(/
    $user = /\b(getpass\.getuser|os\.getlogin)\(/
    $folder = /\b(os\.getcwd|Path\.cwd)\(/
    $system = /\bplatform\.(platform|system|uname|release)\(/
    $address = /(api\.ipify\.org|ipinfo\.io|ifconfig\.me|checkip\.amazonaws\.com|ip-api\.com)/
    $send = /\b(requests\.(get|post)|urlopen|httpx\.(get|post)|HTTPSConnection)\(/
  condition:
    filesize < 256KB and $send and $host and $user and
    any of ($folder, $system, $address)
}
