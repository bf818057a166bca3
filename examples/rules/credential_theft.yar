// Passwords, cookies, keys and tokens that are none of a package's business.
// Reading them is one half; most rules here ask for the other half too: that
// the same file sends something away (`sends_data`, from network.inc).

include "network.inc"

rule chromium_password_store : critical credentials {
  meta:
    description = "Opens the password or cookie database of a Chromium browser"
    author = "Cupel"
    weight = 15
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $login = "Login Data"
    $web = "Web Data"
    $cookies = /[\/\\]Cookies['"`]/
    $state = "Local State"
    $profile = /(Chrome|Chromium|Brave-Browser|Edge|Opera)[\/\\]{1,2}User Data/
    $profile_unix = /(google-chrome|Google\/Chrome|BraveSoftware|microsoft-edge)\b/
    $unprotect = "CryptUnprotectData"
    $key = "encrypted_key"
    $sql = /\b(password_value|encrypted_value)\b/
  condition:
    any of ($login, $web, $cookies, $state) and any of ($profile*) and
    any of ($unprotect, $key, $sql)
}

rule firefox_password_store : high credentials {
  meta:
    description = "Opens the password store of Firefox"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $logins = "logins.json"
    $key = "key4.db"
    $cookies = "cookies.sqlite"
  condition:
    2 of them
}

rule macos_keychain_dump : high credentials {
  meta:
    description = "Reads secrets out of the macOS keychain"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .js .mjs .cjs .ts .sh .rb"
  strings:
    $dump = /\bsecurity['", ]{1,4}dump-keychain\b/
    $file = "Library/Keychains/login.keychain"
    $safe_storage = /find-generic-password.{0,60}Safe Storage/
  condition:
    any of them
}

rule credential_files_collected : high credentials {
  meta:
    description = "Names the credential files of three or more services, and sends"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .js .mjs .cjs .ts .sh"
  strings:
    $aws = ".aws/credentials"
    $gcloud = "application_default_credentials.json"
    $azure = ".azure/accessTokens.json"
    $kube = ".kube/config"
    $docker = ".docker/config.json"
    $git = ".git-credentials"
    $netrc = /['"\/]\.netrc\b/
    $npm = /['"\/]\.npmrc\b/
    $pypi = /['"\/]\.pypirc\b/
    $vault = ".vault-token"
    $gh = ".config/gh/hosts.yml"
  condition:
    3 of them and sends_data
}

rule ssh_keys_sent : critical credentials {
  meta:
    description = "Reads private SSH keys in a file that also sends data"
    author = "Cupel"
    weight = 15
    filetype = ".py .pyw .js .mjs .cjs .ts .sh .rb"
  strings:
    $folder = /['"\/~]\.ssh\b/
    $rsa = /\bid_rsa\b/
    $ed25519 = /\bid_ed25519\b/
    $ecdsa = /\bid_ecdsa\b/
  condition:
    $folder and any of ($rsa, $ed25519, $ecdsa) and sends_data
}

rule environment_sent : high credentials {
  meta:
    description = "Serialises the whole environment in a file that also sends data"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .pth .js .mjs .cjs .ts"
  strings:
    $js = /\bJSON\.stringify\(\s{0,4}(process\.env|\{\s{0,4}\.\.\.process\.env)\s{0,4}[,)}]/
    $js_query = /\bquerystring\.stringify\(\s{0,4}process\.env\b/
    $py_dumps = /\bdumps\(\s{0,4}(dict\(\s{0,2}os\.environ|os\.environ\.copy\(|\{\*\*os\.environ)/
    $py_field = /\b(json|data|params)\s{0,2}=\s{0,2}(dict\(\s{0,2}os\.environ\s{0,2}\)|os\.environ\b\s{0,2}[,)]|os\.environ\.copy\()/
  condition:
    any of them and sends_data
}

rule ci_tokens_collected : high credentials {
  meta:
    description = "Picks the tokens of three or more services out of the environment"
    author = "Cupel"
    weight = 10
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .sh"
  strings:
    $github = /\b(GITHUB_TOKEN|GH_TOKEN)\b/
    $npm = /\b(NPM_TOKEN|NODE_AUTH_TOKEN)\b/
    $pypi = /\b(PYPI_TOKEN|TWINE_PASSWORD)\b/
    $aws = "AWS_SECRET_ACCESS_KEY" fullword
    $azure = "AZURE_CLIENT_SECRET" fullword
    $gitlab = /\b(GITLAB_TOKEN|CI_JOB_TOKEN)\b/
    $docker = "DOCKER_PASSWORD" fullword
    $openai = "OPENAI_API_KEY" fullword
  condition:
    filesize < 2MB and 3 of them and sends_data
}

rule cloud_instance_credentials : medium credentials {
  meta:
    description = "Asks the metadata service of a cloud machine for credentials"
    author = "Cupel"
    weight = 6
    filetype = ".py .pyw .pth .js .mjs .cjs .ts .sh .rb"
  strings:
    $aws = /169\.254\.169\.254\/latest\/meta-data\/iam\/security-credentials/
    $ecs = /169\.254\.170\.2\W{1,20}AWS_CONTAINER_CREDENTIALS_RELATIVE_URI/
    $gcp = /metadata\.google\.internal\/computeMetadata\/v1\/instance\/service-accounts\/default\/token/
    $azure = /169\.254\.169\.254\/metadata\/identity\/oauth2\/token/
  condition:
    any of them and sends_data
}

rule discord_token_theft : critical credentials {
  meta:
    description = "Searches Discord's local storage for session tokens"
    author = "Cupel"
    weight = 15
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $storage = /Local Storage['", \/\\]{1,6}leveldb/
    $client = /\bdiscord(canary|ptb)?\b/ nocase
    // The pattern that the thief searches with, as it stands in the source.
    $token_pattern = /\[\\w-\]\{2[0-9](,2[0-9])?\}\\\.\[\\w-\]\{6\}/
    $encrypted_prefix = "dQw4w9WgXcQ:"
  condition:
    $storage and $client and any of ($token_pattern, $encrypted_prefix)
}

rule telegram_session_theft : high credentials {
  meta:
    description = "Copies the session folder of Telegram Desktop"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $folder = /Telegram Desktop['", \/\\]{1,6}tdata\b/
    $copy_py = /\bshutil\.(copytree|make_archive|copy2?)\(/
    $zip_py = "zipfile.ZipFile("
    $copy_js = /\b(cpSync|copySync|copyFileSync|addLocalFolder)\(/
  condition:
    $folder and (any of ($copy_py, $zip_py, $copy_js) or sends_data)
}

rule runner_memory_scraping : critical credentials {
  meta:
    description = "Reads secrets out of the memory of a build runner"
    author = "Cupel"
    weight = 18
    filetype = ".py .pyw .js .mjs .cjs .ts .sh"
  strings:
    $runner = "Runner.Worker"
    $memory = /\/proc\/.{1,40}\/(mem|maps)\b/
    $marker = /\\?"isSecret\\?":\s{0,2}true/
  condition:
    2 of them
}
