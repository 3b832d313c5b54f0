import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { Repetitions } from './repetition.ts';

const limits = { ...DEFAULT_LIMITS, maxRepeats: 3, repeatWindowS: 60 };
const at = (seconds: number): number => (1_000 + seconds) * 1_000_000;

describe('repetitions', () => {
  it('stop a cycle at the last try that fits into the window, once', () => {
    const repetitions = new Repetitions([]);
    expect(repetitions.isEmpty).toBe(true);
    expect(repetitions.ended('a', false, at(0), limits)).toBeUndefined();
    expect(repetitions.ended('a', false, at(30), limits)).toBeUndefined();
    expect(repetitions.ended('a', false, at(60.000001), limits)).toBeUndefined();
    expect(repetitions.ended('b', false, at(61), limits)).toBeUndefined();
    const stop = repetitions.ended('a', false, at(90), limits);
    expect(stop).toEqual({ strategy: 'a', reason: '3 tries in 60 s without a profit', sinceUs: at(90) });
    expect(repetitions.stopOf('a')).toEqual(stop);
    expect(repetitions.stopOf('b')).toBeUndefined();
    for (let i = 0; i < 5; i++) expect(repetitions.ended('a', false, at(91 + i), limits)).toBeUndefined();
  });

  it('start from zero after a profit', () => {
    const repetitions = new Repetitions([]);
    repetitions.ended('a', false, at(0), limits);
    repetitions.ended('a', false, at(1), limits);
    repetitions.ended('a', true, at(2), limits);
    expect(repetitions.ended('a', false, at(3), limits)).toBeUndefined();
    expect(repetitions.ended('a', false, at(4), limits)).toBeUndefined();
    expect(repetitions.ended('a', false, at(5), limits)).toBeDefined();
  });

  it('stay through a restart, and end only when an operator enables the cycle, however long that takes', () => {
    const before = new Repetitions([]);
    for (let i = 0; i < 3; i++) before.ended('a', false, at(i), limits);
    const repetitions = new Repetitions(before.stops);
    repetitions.ended('a', true, at(1_000_000), limits);
    expect(repetitions.stopOf('a')).toBeDefined();
    expect(repetitions.enable('a')?.strategy).toBe('a');
    expect(repetitions.enable('a')).toBeUndefined();
    expect(repetitions.stops).toEqual([]);
  });

  it('count tries from zero once the cycle is enabled: what ended while it was stopped counts for nothing', () => {
    const repetitions = new Repetitions([]);
    for (let i = 0; i < 3; i++) repetitions.ended('a', false, at(i), limits);
    repetitions.ended('a', false, at(4), limits);
    repetitions.enable('a');
    expect(repetitions.ended('a', false, at(5), limits)).toBeUndefined();
    expect(repetitions.ended('a', false, at(6), limits)).toBeUndefined();
    expect(repetitions.ended('a', false, at(7), limits)).toBeDefined();
  });

  it('hold for a cycle whichever of its assets the session names it by, and for one way of a route alone', () => {
    const before = new Repetitions([]);
    expect(before.stop({ strategy: 'kraken BTC>ETH>SOL', reason: 'by hand', sinceUs: 0 })).toBe(true);
    const repetitions = new Repetitions(before.stops);
    expect(repetitions.stopOf('kraken ETH>SOL>BTC')?.strategy).toBe('kraken BTC>ETH>SOL');
    expect(repetitions.stopOf('kraken SOL>ETH>BTC')).toBeUndefined();
    expect(repetitions.stopOf('binance ETH>SOL>BTC')).toBeUndefined();
    expect(repetitions.stop({ strategy: 'kraken SOL>BTC>ETH', reason: 'again', sinceUs: 1 })).toBe(false);
    expect(repetitions.enable('kraken SOL>BTC>ETH')?.strategy).toBe('kraken BTC>ETH>SOL');
    expect(repetitions.isEmpty).toBe(true);
    repetitions.ended('kraken BTC>ETH>SOL', false, at(0), limits);
    repetitions.ended('kraken ETH>SOL>BTC', false, at(1), limits);
    expect(repetitions.ended('kraken SOL>BTC>ETH', false, at(2), limits)).toBeDefined();
    repetitions.stop({ strategy: 'east+west USD>BTC', reason: 'by hand', sinceUs: 0 });
    expect(repetitions.stopOf('east+west BTC>USD')).toBeUndefined();
  });
});
