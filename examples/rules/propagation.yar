// Packages that publish, push or plant copies of themselves.

rule npm_worm_publish : critical propagation {
  meta:
    description = "Takes an npm token, looks what it may publish, and publishes"
    author = "Cupel"
    weight = 20
    filetype = ".js .mjs .cjs .ts"
  strings:
    $publish = /\bnpm['", ]{1,4}publish\b/
    $token = /(_authToken|\bNPM_TOKEN\b)/
    $whoami = /(\/-\/whoami\b|\bnpm['", ]{1,4}whoami\b)/
    $owned = /\btext=maintainer:|\/-\/org\/.{1,60}\/package\b|\/-\/user\/.{1,60}\/package\b/
    $tarball = /\b(tar -xz?f|tar\.x\(|extractall\()/
  condition:
    $publish and $token and any of ($whoami, $owned) and
    any of ($owned, $tarball)
}

rule npm_token_probe : high propagation {
  meta:
    description = "Reads .npmrc and tries its token against the registry"
    author = "Cupel"
    weight = 12
    filetype = ".js .mjs .cjs .ts .py"
  strings:
    $file = /['"`\/]\.npmrc\b/
    $token = "_authToken"
    $bearer = /\bAuthorization['"]?\s{0,2}:\s{0,2}[f`'"]{1,2}Bearer\b/
    $whoami = "/-/whoami"
    $tokens = "/-/npm/v1/tokens"
  condition:
    $file and $token and $bearer and any of ($whoami, $tokens)
}

rule pypi_worm_publish : critical propagation {
  meta:
    description = "Takes the PyPI credentials of the user and uploads a package"
    author = "Cupel"
    weight = 18
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $file = /['"`\/]\.pypirc\b/
    $upload = /\btwine['", ]{1,4}upload\b/
    $legacy = "upload.pypi.org/legacy"
    $run = /\b(subprocess\.\w{3,12}|os\.system|execSync|spawnSync)\(/
    $post = /\b(requests\.post|fetch)\(/
  condition:
    $file and (($upload and $run) or ($legacy and $post))
}

rule workflow_injected : critical propagation {
  meta:
    description = "Writes a workflow that prints or sends all secrets of a repository"
    author = "Cupel"
    weight = 18
    filetype = ".js .mjs .cjs .ts .py .pyw .sh .yml .yaml"
  strings:
    $secrets = /\$\{\{\s{0,2}toJSON\(\s{0,2}secrets\s{0,2}\)\s{0,2}\}\}/ nocase
    $folder = ".github/workflows"
    $jobs = /\bjobs:/
    $runs_on = /\bruns-on:/
  condition:
    $secrets and any of ($folder, $jobs, $runs_on)
}

rule rogue_build_runner : critical propagation {
  meta:
    description = "Registers the machine as a self-hosted build runner"
    author = "Cupel"
    weight = 18
    filetype = ".js .mjs .cjs .ts .py .pyw .sh"
  strings:
    $token = "actions/runners/registration-token"
    $archive = "actions-runner-linux-"
    $config = /\bconfig\.(sh|cmd)\b.{0,200}--unattended\b/
    $start = /\b(run\.sh|run\.cmd|svc\.sh)\b/
  condition:
    $config and $start and any of ($token, $archive)
}

rule repository_push_with_token : high propagation {
  meta:
    description = "Clones, commits and pushes with a token from the environment"
    author = "Cupel"
    weight = 10
    filetype = ".js .mjs .cjs .ts .py .pyw .sh"
  strings:
    $clone = /\bgit['", ]{1,4}clone\b/
    $commit = /\bgit['", ]{1,4}commit\b.{0,120}(--no-verify|-n)\b/
    $push = /\bgit['", ]{1,4}push\b/
    $token = /https:\/\/(x-access-token|oauth2):.{1,60}@/
  condition:
    all of them
}

rule loot_repository_created : critical propagation {
  meta:
    description = "Creates a public repository and commits what was collected"
    author = "Cupel"
    weight = 15
    filetype = ".js .mjs .cjs .ts .py .pyw"
  strings:
    $create = "api.github.com/user/repos"
    $create_sdk = /\.createForAuthenticatedUser\(/
    $public = /\bprivate['"]?\s{0,2}:\s{0,2}(false|False|!1)\b/
    $env = /\b(process\.env|os\.environ)\s{0,2}[),}]/
    $secrets = /\b(trufflehog|gitleaks)\b/ nocase
  condition:
    any of ($create*) and $public and any of ($env, $secrets)
}

rule secret_scanner_dropped : high propagation {
  meta:
    description = "Fetches a secret scanner and runs it over the user's files"
    author = "Cupel"
    weight = 12
    filetype = ".js .mjs .cjs .ts .py .pyw .sh"
  strings:
    $download = /\btrufflesecurity\/trufflehog\/releases\b/ nocase
    $run = /\btrufflehog['", ]{1,4}(filesystem|git|github)\b.{0,80}--json\b/ nocase
    $home = /(homedir\(\)|expanduser\(|\$HOME\b|Path\.home\()/
  condition:
    ($download or $run) and $home
}
