/**
 * Ten strategies of 83 features beside a market of 50 instruments at 5,000 updates a second: how long an update waits for its decision, with them and without. Frames come at their times and
 * wait for what is under way, a tick with its bars and strategies among it: a time of service alone would hide that.
 */
import { z } from 'zod';
import type { Instrument } from '../../src-engine/domain/instrument.ts';
import type { StrategySetup } from '../../src-engine/domain/strategy-schemas.ts';
import { FeatureSet } from '../../src-engine/features/feature-set.ts';
import type { StrategyModule } from '../../src-engine/strategies/strategy-port.ts';
import type { FrameStream } from '../frame-stream.ts';
import { generatedStream } from '../generated-stream.ts';
import { BOOK_DEPTH } from '../frame-stream.ts';
import { HotPath } from '../hot-path.ts';
import { type Row, rowOf } from '../report.ts';
import { quantile, sortedOf } from '../statistics.ts';

const INSTRUMENTS = 50;
const STRATEGIES = 10;
const FEATURES = 83;
const UPDATES = 50_000;
/** 5,000 updates a second. */
const EVERY_US = 200;
const TICK_UPDATES = 500;
const ROUNDS = 24;
const WARM_UP = 8;
const START_US = 1e15;

const features = (): readonly string[] => {
  const names = [...new FeatureSet(['all']).names];
  for (let bars = 2; names.length < FEATURES; bars++)
    for (const name of [`sma:${bars}`, `ema:${bars}`])
      if (names.length < FEATURES && !names.includes(name)) names.push(name);
  return names;
};
const NAMES = features();

/** Reads all of its row at each bar. */
const reader: StrategyModule = {
  manifest: {
    name: 'reader',
    version: 1,
    summary: 'Reads 83 features.',
    markets: 1,
    input: 'bars',
    may: 'position',
    parameters: z.strictObject({}),
    features: () => NAMES,
  },
  create: () => ({
    onBar({ features: [row] }, out) {
      let known = 0;
      for (const value of row ?? []) if (value > 0) known++;
      out.want(0, known > FEATURES ? 1 : 0, 'read');
    },
    save: () => '',
    load: () => undefined,
  }),
};

function pathOf(instruments: readonly Instrument[], stream: FrameStream, strategies: number): HotPath {
  const path = new HotPath(instruments, undefined, { shelf: { find: () => reader } });
  const actor = { kind: 'operator', via: 'bench' } as const;
  for (let at = 0; at < strategies; at++) {
    const { symbol, venue } = instruments[at] as Instrument;
    const setup: StrategySetup = {
      strategy: `reader:${venue}:${symbol}`,
      name: 'reader',
      version: 1,
      code: 'house',
      mode: 'shadow',
      markets: [{ venue, symbol }],
      barSeconds: 1,
      stake: '100',
      maxSlippageBps: 20,
      parameters: {},
    };
    path.kernel.step({ kind: 'command', command: { type: 'setStrategy', setup }, actor, atUs: START_US });
  }
  path.prepare(stream);
  return path;
}

/** How long each update was from its arrival to its decision, in µs. */
function waits(path: HotPath, { updateBytes: updates }: FrameStream): Float64Array {
  const took = new Float64Array(updates.length);
  const { kernel } = path;
  let freeUs = 0;
  for (let at = 0; at < updates.length; at++) {
    const dueUs = at * EVERY_US;
    if (at % TICK_UPDATES === 0) {
      const began = performance.now();
      kernel.step({ kind: 'tick', atUs: START_US + dueUs });
      kernel.outbox.events = [];
      kernel.outbox.effects = [];
      freeUs = Math.max(freeUs, dueUs) + (performance.now() - began) * 1_000;
    }
    const beganUs = Math.max(freeUs, dueUs);
    const began = performance.now();
    path.feed(updates[at] as Buffer, at);
    freeUs = beganUs + (performance.now() - began) * 1_000;
    took[at] = freeUs - dueUs;
  }
  path.check('strategies');
  return took;
}

export function strategyRow(all: readonly Instrument[]): Row {
  const instruments = all.slice(0, INSTRUMENTS).map((instrument, id): Instrument => ({ ...instrument, id }));
  const stream = generatedStream(instruments, {
    seed: 5,
    updates: UPDATES,
    depth: BOOK_DEPTH,
  });
  const [own, others]: [number[], number[]] = [[], []];
  const spreads: Float64Array[][] = [[], []];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    // In turn first, so that neither always meets the other's garbage.
    const order = round % 2 === 0 ? [STRATEGIES, 0] : [0, STRATEGIES];
    for (const strategies of order) {
      const took = waits(pathOf(instruments, stream, strategies), stream).sort();
      if (round < 0) continue;
      (strategies > 0 ? own : others).push(quantile(took, 0.999));
      (strategies > 0 ? spreads[0] : spreads[1])?.push(took);
    }
  }
  const spreadOf = (rounds: readonly Float64Array[]) => {
    const of = (share: number): number => quantile(sortedOf(rounds.map((one) => quantile(one, share))), 0.5);
    return { p50: of(0.5), p99: of(0.99), p999: of(0.999), of: UPDATES * ROUNDS };
  };
  return rowOf({
    name: `strategies: p99.9 from an update’s arrival to its decision, ${STRATEGIES} strategies of ${NAMES.length} features on, ${INSTRUMENTS} instruments, 5,000 updates/s`,
    unit: 'µs',
    ours: own,
    peer: 'without strategies',
    peerValue: others,
    atLeast: 1 / 1.1,
    less: true,
    oursSpread: spreadOf(spreads[0] ?? []),
    peerSpread: spreadOf(spreads[1] ?? []),
  });
}
