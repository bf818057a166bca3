// Trips miner_in_web_page.
throw new Error("a fixture: never run");
const threads = navigator.hardwareConcurrency, algorithm = "cryptonight";
WebAssembly.instantiate(PLACEHOLDER);
