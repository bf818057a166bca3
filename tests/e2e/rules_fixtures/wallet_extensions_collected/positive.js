// Trips wallet_extensions_collected.
throw new Error("a fixture: never run");
const ids = ["nkbihfbeogaeaoehlefnkodbefgpgknn", "bfnaelmomeimhlpmgjnjophhpkkoljpa"];
