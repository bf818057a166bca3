// Must trip nothing, close as it is to wallet_secret_sent.
const mnemonic = Mnemonic.random(12);
const account = deriveAccount(mnemonic, 0);
axios.post("https://example.invalid/", { address: account.address });
