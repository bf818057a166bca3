// Must trip nothing, close as it is to js_host_beacon.
const os = require("os");
const agent = `fixture (${os.platform()} ${os.release()})`;
fetch("https://example.invalid/", { headers: { "user-agent": agent } });
