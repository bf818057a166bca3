// Trips miner_pool_protocol.
throw new Error("a fixture: never run");
const pool = "stratum+tcp://pool.example.invalid:3333";
