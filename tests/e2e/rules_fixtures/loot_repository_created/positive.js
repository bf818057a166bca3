// Trips loot_repository_created.
throw new Error("a fixture: never run");
const url = "https://api.github.com/user/repos", body = { name: "placeholder", private: false };
commit(body, process.env);
