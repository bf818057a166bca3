// Coins: wallet files, wallet extensions, and payments led astray.

rule wallet_files_collected : critical wallet {
  meta:
    description = "Names the files of three or more wallet programs"
    author = "Cupel"
    weight = 15
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $exodus = "exodus.wallet"
    $electrum = /Electrum['", \/\\]{1,6}wallets/
    $atomic = /atomic['", \/\\]{1,6}Local Storage/
    $ethereum = /Ethereum['", \/\\]{1,6}keystore/
    $core = /\bwallet\.dat\b/
    $solana = /solana['", \/\\]{1,6}id\.json/
    $coinomi = /Coinomi['", \/\\]{1,6}(Coinomi['", \/\\]{1,6})?wallets/
    $guarda = /Guarda['", \/\\]{1,6}Local Storage/
  condition:
    3 of them
}

rule wallet_extensions_collected : critical wallet {
  meta:
    description = "Lists the extension ids of browser wallets"
    author = "Cupel"
    weight = 15
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $metamask = "nkbihfbeogaeaoehlefnkodbefgpgknn"
    $metamask_edge = "ejbalbakoplchlghecdalmeeeajnimhm"
    $phantom = "bfnaelmomeimhlpmgjnjophhpkkoljpa"
    $coinbase = "hnfanknocfeofbddgcijnmhnfnkdnaad"
    $binance = "fhbohimaelbohpjbbldcngcnapndodjp"
    $tronlink = "ibnejdfjmmkpcnlpebklmnkoeoihofec"
  condition:
    2 of them
}

rule clipboard_address_swap : critical wallet {
  meta:
    description = "Watches the clipboard for a wallet address and replaces it"
    author = "Cupel"
    weight = 18
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $py_read = /\b(pyperclip\.paste|GetClipboardData|clipboard_get)\(/
    $py_write = /\b(pyperclip\.copy|SetClipboardText|SetClipboardData|clipboard_append)\(/
    $js_read = /\bclipboard\w{0,4}\.read(Text|Sync)?\(/
    $js_write = /\bclipboard\w{0,4}\.write(Text|Sync)?\(/
    // Address patterns as they stand in the source of the swapper.
    $bitcoin = "[13][a-km-zA-HJ-NP-Z"
    $bech32 = /\bbc1[|)\[(]/
    $ethereum = /0x\[[a-fA-F0-9-]{6,12}\]\{40\}/
  condition:
    (($py_read and $py_write) or ($js_read and $js_write)) and
    any of ($bitcoin, $bech32, $ethereum)
}

rule payment_hooked : critical wallet {
  meta:
    description = "Wraps a browser wallet and the page's requests to change payments"
    author = "Cupel"
    weight = 15
    filetype = ".js .mjs .cjs .ts"
  strings:
    $wallet = /\bwindow\.(ethereum|solana|tronWeb)\b/
    $method = /\beth_sendTransaction\b/
    $fetch = /\bwindow\.fetch\s{0,2}=[^=]/
    $xhr = /\bXMLHttpRequest\.prototype\.(open|send)\s{0,2}=[^=]/
    $request = /\bethereum\.request\s{0,2}=[^=]/
  condition:
    $wallet and $method and any of ($fetch, $xhr, $request)
}

rule wallet_secret_sent : high wallet {
  meta:
    description = "Sends a seed phrase or private key over the network"
    author = "Cupel"
    weight = 12
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $send = /\b(requests\.post|axios\.post|httpx\.post|fetch|sendMessage)\(.{0,160}\b(mnemonic|seed_?phrase|private_?key|secret_?key_?b58)\b/ nocase
  condition:
    $send
}
