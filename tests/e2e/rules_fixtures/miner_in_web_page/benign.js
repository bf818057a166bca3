// Must trip nothing, close as it is to miner_in_web_page.
const threads = navigator.hardwareConcurrency;
WebAssembly.instantiate(codec).then((module) => start(module, threads));
