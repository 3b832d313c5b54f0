/**
 * Kraken sends a heartbeat every second in the absence of other messages, answers a ping at any time, and recommends to
 * take 5 s without either for the end of a connection (docs.kraken.com, "Reconnection").
 */
export const KRAKEN_LIVENESS = { silenceMs: 5_000, ping: '{"method":"ping"}' } as const;
