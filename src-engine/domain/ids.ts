/** Dense index of an instrument within one run, 0 … n−1: the key of every typed array on the hot path. */
export type InstrumentId = number;
/** Dense index of a directed cycle within one run. */
export type CycleId = number;
/** Lower-case name of a venue as in its folder, or that of a local exchange: `simulated`. */
export type VenueName = string;
/** Asset code as the venue's public API writes it: `BTC`, `USD`. */
export type Asset = string;
/** Our client order id: derived from its intent (SHA-256), hence the same after a crash, never random. */
export type OrderId = string;
/** What an order is meant to do; one intent sends at most one placement. */
export type IntentId = string;
/** One attempt to trade a cycle, over all its legs. */
export type ExecutionId = string;
/** In the execution id of what a strategy trades: it is no cycle, and a restart sweeps nothing of it. */
export const STRATEGY_MARK = '-strategy-';
/** Behind the execution id of a sweep: what it sold was left, or was an operator's wish; none of it is bought back. */
export const SWEEP_MARK = '-sweep';
/** One life of an opportunity, from opened to closed. */
export type OpportunityId = string;
