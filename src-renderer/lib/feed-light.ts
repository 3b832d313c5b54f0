/** A feed's light comes from the age of its last data, never from its socket. */
import type { EngineStatus } from '../../src-engine/contract/records.ts';

export type FeedStatus = EngineStatus['feeds'][number];
export type FeedLight = {
  readonly level: 'fresh' | 'quiet' | 'stale' | 'waiting' | 'down';
  readonly word: string;
  /** As of now, in µs; null before the first data. */
  readonly dataAgeUs: number | null;
};

/** What the word BY REST means, beside it. */
export const ABOUT_REST = 'Books are asked for by REST every few seconds: the venue has no stream here';

const FRESH_US = 2_000_000;
/** The venue sends a sign of life every second; three missed ones are silence. */
const STALE_US = 3_000_000;

/** @param sinceUs time since the engine sent this status: its ages have grown by as much. */
export function feedLight(feed: FeedStatus, sinceUs: number): FeedLight {
  const dataAgeUs = feed.dataAgeUs === null ? null : feed.dataAgeUs + sinceUs;
  const aliveAgeUs = feed.aliveAgeUs === null ? dataAgeUs : feed.aliveAgeUs + sinceUs;
  if (feed.state === 'closed') return { level: 'down', word: 'DOWN', dataAgeUs };
  if (dataAgeUs === null) return { level: 'waiting', word: 'WAITING', dataAgeUs };
  if (aliveAgeUs !== null && aliveAgeUs > STALE_US && dataAgeUs > STALE_US) {
    return { level: 'stale', word: 'STALE', dataAgeUs };
  }
  if (feed.state === 'connecting') return { level: 'waiting', word: 'CONNECTING', dataAgeUs };
  const isFresh = dataAgeUs <= FRESH_US;
  const word = feed.isByRest ? 'BY REST' : isFresh ? 'OK' : 'QUIET';
  return { level: isFresh && !feed.isByRest ? 'fresh' : 'quiet', word, dataAgeUs };
}
