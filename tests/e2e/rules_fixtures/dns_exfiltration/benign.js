// Must trip nothing, close as it is to dns_exfiltration.
const dns = require("dns");
dns.lookup("example.invalid", (error, address) => console.log(address));
