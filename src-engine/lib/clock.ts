/** Time as the engine's shell sees it. Live runs use the system's, backtests and simulations a made one. */
export type Clock = {
  /** Microseconds since the Unix epoch; never runs backwards within a run. */
  nowUs(): number;
  /** Of the machine's: its wall clock minus this one where it was set, in µs; 0: they agree. */
  readonly stepUs?: number;
  /** Takes a wall clock that was set ahead over. */
  adopt?(): void;
  /**
   * Calls back once, at or after `atUs`: in order of these times however late it is, equal ones in order of asking. The answer
   * cancels it.
   */
  schedule(atUs: number, callback: () => void): () => void;
};
