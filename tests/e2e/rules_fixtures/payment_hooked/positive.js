// Trips payment_hooked.
throw new Error("a fixture: never run");
const wallet = window.ethereum, method = "eth_sendTransaction";
XMLHttpRequest.prototype.send = function placeholder() {};
