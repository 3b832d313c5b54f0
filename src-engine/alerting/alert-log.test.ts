import { describe, expect, it } from 'vitest';
import { MAX_ALERTS } from '../contract/alert-records.ts';
import { AlertLog } from './alert-log.ts';
import type { AlertDraft } from './fact-alerts.ts';

const S = 1_000_000;
const feed = (change: Partial<AlertDraft> = {}): AlertDraft => ({
  key: 'feed kraken',
  severity: 'warning',
  title: 'Feed of kraken lost',
  detail: 'code 1006',
  panel: 'health',
  venue: 'kraken',
  symbol: '',
  lasts: true,
  ...change,
});
const all = { limit: MAX_ALERTS };

describe('the list of alerts', () => {
  it('reports what flaps once, with how often and since when', () => {
    const log = new AlertLog([]);
    for (let k = 0; k < 40; k++) {
      log.raise(feed({ detail: `try ${k}` }), k * 2 * S);
      log.end('feed kraken', (k * 2 + 1) * S);
    }
    expect(log.list(all)).toEqual([
      expect.objectContaining({
        alertId: 1,
        times: 40,
        atUs: 0,
        lastUs: 78 * S,
        endedUs: 79 * S,
        detail: 'try 39',
      }),
    ]);
    expect(log.unread).toBe(1);
  });

  it('reports it again when it comes back after a quiet minute', () => {
    const log = new AlertLog([]);
    log.raise(feed(), 0);
    log.end('feed kraken', S);
    log.raise(feed(), 62 * S);
    expect(log.list(all).map(({ alertId, endedUs }) => [alertId, endedUs])).toEqual([
      [2, null],
      [1, S],
    ]);
  });

  it('does not disturb for what was acknowledged and goes on, and does for what is new about it', () => {
    const log = new AlertLog([]);
    log.raise(feed(), 0);
    log.acknowledge([1], S);
    log.raise(feed(), 2 * S);
    expect(log.unread).toBe(0);
    log.raise(feed({ detail: 'maintenance' }), 3 * S);
    expect(log.unread).toBe(1);
    expect(log.list(all).map(({ detail, endedUs }) => [detail, endedUs])).toEqual([
      ['maintenance', null],
      ['code 1006', 3 * S],
    ]);
  });

  it('is as severe as the worst that happened, and says what is worst of the unread', () => {
    const log = new AlertLog([]);
    log.raise(feed({ severity: 'critical' }), 0);
    log.raise(feed({ severity: 'info' }), S);
    expect(log.list(all)[0]?.severity).toBe('critical');
    log.raise(feed({ key: 'other', severity: 'info' }), 2 * S);
    expect(log.worst).toBe('critical');
    log.acknowledge([1], 3 * S);
    expect(log.worst).toBe('info');
    log.acknowledge(undefined, 4 * S);
    expect([log.worst, log.unread]).toEqual([null, 0]);
  });

  it('is bounded in number and in length, and numbers go on after a restart', () => {
    const log = new AlertLog([]);
    for (let k = 0; k < MAX_ALERTS + 20; k++) log.raise(feed({ key: `k${k}`, detail: 'x'.repeat(5_000) }), k);
    expect(log.list(all)).toHaveLength(MAX_ALERTS);
    expect(log.oldestId).toBe(21);
    expect(log.list(all)[0]?.detail.length).toBeLessThan(500);
    const again = new AlertLog(log.list(all));
    again.raise(feed(), 0);
    expect(again.list({ limit: 1 })[0]?.alertId).toBe(MAX_ALERTS + 21);
    expect(again.list({ limit: 2, beforeId: 30 }).map(({ alertId }) => alertId)).toEqual([29, 28]);
  });

  it('gives what changed once, and again when it could not be stored', () => {
    const log = new AlertLog([]);
    log.raise(feed(), 0);
    const changed = log.takeChanged();
    expect(changed).toHaveLength(1);
    expect(log.takeChanged()).toEqual([]);
    log.acknowledge([1], S);
    log.putBack(changed);
    expect(log.takeChanged()).toEqual([expect.objectContaining({ acknowledgedUs: S })]);
  });
});
