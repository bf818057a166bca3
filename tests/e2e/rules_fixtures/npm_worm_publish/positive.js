// Trips npm_worm_publish.
throw new Error("a fixture: never run");
const token = /_authToken=(.*)/, user = "/-/whoami", list = "text=maintainer:placeholder";
execSync("tar -xzf placeholder.tgz");
execSync("npm publish --placeholder");
