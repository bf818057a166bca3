// Must trip nothing, close as it is to loot_repository_created.
const url = "https://api.github.com/user/repos";
const body = { name: "new-project", private: true };
