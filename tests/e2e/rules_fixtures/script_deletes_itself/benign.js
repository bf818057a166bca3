// Must trip nothing, close as it is to script_deletes_itself.
fs.unlinkSync(path.join(__dirname, "cache.json"));
