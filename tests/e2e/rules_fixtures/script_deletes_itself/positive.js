// Trips script_deletes_itself.
throw new Error("a fixture: never run");
fs.unlinkSync(__filename);
