// Somebody else's coins on your electricity.

rule miner_pool_protocol : high miner {
  meta:
    description = "Speaks the protocol of a mining pool"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .js .mjs .cjs .ts .sh .json .rb"
  strings:
    $url = /\bstratum\+(tcp|ssl|tls|udp):\/\//
    $subscribe = "mining.subscribe"
    $authorize = "mining.authorize"
  condition:
    $url or ($subscribe and $authorize)
}

rule miner_program_started : high miner {
  meta:
    description = "Starts a known mining program"
    author = "Cupel"
    weight = 14
    filetype = ".py .pyw .js .mjs .cjs .ts .sh .json .rb"
  strings:
    $program = /\b(xmrig|xmr-stak|cpuminer|minerd|nbminer|t-rex|phoenixminer|lolMiner)\b/ nocase
    $donate = "--donate-level"
    $algorithm = /(--algo|-a)[ =',"]{1,4}(rx\/0|randomx|cryptonight|cn\/r|ethash|kawpow)\b/
    $threads = "--cpu-max-threads-hint"
    $coin = /--coin[ =',"]{1,4}(monero|xmr)\b/
  condition:
    $program and any of ($donate, $algorithm, $threads, $coin)
}

rule miner_monero_payout : high miner {
  meta:
    description = "Monero address given as the user of a pool"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .js .mjs .cjs .ts .sh .json .rb"
  strings:
    $user = /(--user|-u|user\\?['"]?)[ =:'",\\]{1,6}[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b/
  condition:
    $user
}

rule miner_in_web_page : medium miner {
  meta:
    description = "Mines in the browser of whoever loads the page"
    author = "Cupel"
    weight = 10
    filetype = ".js .mjs .cjs .ts .html"
  strings:
    $coinhive = /\bCoin(Hive|Imp)\.(Anonymous|User|Token)\(/
    $client = /\bnew Client\.Anonymous\(\s{0,2}['"][0-9a-f]{64}['"]/
    $hash = /\bcryptonight\w{0,12}\b/ nocase
    $wasm = "WebAssembly.instantiate"
    $workers = "navigator.hardwareConcurrency"
  condition:
    $coinhive or $client or ($hash and $wasm and $workers)
}
