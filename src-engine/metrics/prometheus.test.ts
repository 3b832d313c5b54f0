import { describe, expect, it } from 'vitest';
import type { EngineHealth, EngineStatus } from '../contract/records.ts';
import { prometheusText } from './prometheus.ts';

const counts = {
  count: 3,
  sumUs: 1_500_000,
  buckets: [
    { upToUs: 1, count: 1 },
    { upToUs: 1_000, count: 2 },
  ],
};
const recent = { count: 3, p50Us: 1, p99Us: 2, p999Us: 2, maxUs: 2, bars: [] };

const health: EngineHealth = {
  atUs: 1,
  upUs: 1,
  stages: [{ stage: 'book', recent, total: counts }],
  loop: { isBehind: false, recent, total: counts },
  queue: { waiting: 0, most: 4, limit: 10 },
  conflatedBooks: 7,
  memory: { residentBytes: 1e8, heapBytes: 5e7 },
};

const status = {
  version: '1.0 "a\\b"',
  profile: 'demo',
  mode: 'paper',
  simulatedMarket: true,
  killed: true,
  paused: false,
  ordersInFlight: 2,
  storage: { kind: 'sqlite', healthy: true, detail: '', durability: 'disk' },
  feeds: [
    {
      venue: 'kraken',
      aliveAgeUs: 250_000,
      booksLive: 5,
      booksSyncing: 1,
      booksStale: 0,
      checksumMismatches: 3,
      notTraded: { count: 0, named: [] },
      joining: { count: 0, named: [] },
    },
    { venue: 'other', aliveAgeUs: null, booksLive: 0, booksSyncing: 9, booksStale: 0, checksumMismatches: 0 },
  ],
  counters: { bookUpdates: 10, opportunities: 4, orders: 3, fills: 2, denials: 1 },
} as unknown as EngineStatus;

/** A line of the format: a comment, or a name with labels and a value. */
const LINE =
  /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="(?:[^"\\]|\\.)*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\})? (?:NaN|-?[\d.e+-]+))$/;

describe('metrics', () => {
  it('are lines of the format, each metric under one heading', () => {
    const lines = prometheusText(status, health).trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(LINE);
    const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    expect(new Set(types).size).toBe(types.length);
  });

  it('agree with the records, in seconds and bytes', () => {
    const text = prometheusText(status, health);
    for (const line of [
      'parallax_killed 1',
      'parallax_intent_durability{level="disk"} 1',
      'parallax_intent_durability{level="process"} 0',
      'parallax_feed_alive_age_seconds{venue="kraken"} 0.25',
      'parallax_feed_alive_age_seconds{venue="other"} NaN',
      'parallax_books{venue="kraken",state="syncing"} 1',
      'parallax_stage_seconds_bucket{stage="book",le="0.000001"} 1',
      'parallax_stage_seconds_bucket{stage="book",le="+Inf"} 3',
      'parallax_stage_seconds_sum{stage="book"} 1.5',
      'parallax_loop_delay_seconds_count 3',
      'parallax_books_conflated_total 7',
      'parallax_resident_bytes 100000000',
      'parallax_info{version="1.0 \\"a\\\\b\\"",profile="demo",mode="paper",simulated="true"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('leave out the health of a session that is not there', () => {
    const text = prometheusText({ ...status, feeds: [] }, undefined);
    expect(text).not.toMatch(/stage|loop|parallax_books/);
    expect(text).toContain('parallax_orders_total 3');
  });
});
