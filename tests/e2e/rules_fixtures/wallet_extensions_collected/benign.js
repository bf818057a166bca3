// Must trip nothing, close as it is to wallet_extensions_collected.
// Opens the store page of the one wallet that we support.
const store = "https://example.invalid/detail/nkbihfbeogaeaoehlefnkodbefgpgknn";
