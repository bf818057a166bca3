// Must trip nothing, close as it is to miner_pool_protocol.
// The stratum of a network time server says how far it is from a clock.
const stratum = packet.readUInt8(1);
