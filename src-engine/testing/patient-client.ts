/** The command line's client for tests: an engine on a machine with ten times more to do than it can answers late, not wrongly. */
import { connectEngine as connect, type EngineClient } from '../gateway/client.ts';
import { PATIENCE_MS } from './until.ts';

export type { EngineClient } from '../gateway/client.ts';

export function connectEngine(dataDir: string, via: string): EngineClient {
  return connect(dataDir, via, PATIENCE_MS);
}
