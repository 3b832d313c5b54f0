/**
 * From a frame's bytes to an order's bytes, as it happens: frames come one by one over real sockets of a local exchange, the
 * intent goes through the journal on this machine's disk, and the order leaves over the venue's own protocol. Held against ccxt
 * pro, which watches the same exchange and sends the first of the same orders, and against JSON.parse of the frames alone. Each
 * round starts new processes, one at a time beside the exchange's.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaceName } from '../../src-engine/venues/local-exchange/face-names.ts';
import { PARSES, parseNow } from '../calibration.ts';
import { type Row, rowOf, type Spread, versionOf } from '../report.ts';
import { median, quantile, sortedOf } from '../statistics.ts';
import { Forked } from '../way/forked.ts';
import type { ClientDone, ClientPhase, PhaseDone, PhaseOptions, VenueReady } from '../way/messages.ts';

const FACES: readonly FaceName[] = ['kraken', 'binance'];
const RATES = [50, 500, 5_000];
const ALONE = 50;
const TICKS_PER_SECOND = 5;
const SECONDS = 4;
const ROUNDS = 3;
/** Makes a process's code as fast as it is after minutes. */
const WARM_UP: PhaseOptions = { framesPerSecond: 5_000, seconds: 4, ticksPerSecond: TICKS_PER_SECOND };
/** Times JSON.parse of a frame that three orders may take from the decision to their sockets. */
const MOST_PARSES = 60;
/** A record of the intent journal, its file, and how often the disk is asked. */
const RECORD_BYTES = 2_048;
const SYNC_FILE_BYTES = 1024 * 1024;
const SYNCS = 31;

/** `isQuiet`: nothing pays in it, and what is measured is each frame's way to the decision that there is nothing to do. */
type Phase = { readonly phase: ClientPhase; readonly framesPerSecond: number; readonly isQuiet: boolean };
const OURS = {
  one: { kind: 'ours', atOnce: false, level: 'process' },
  three: { kind: 'ours', atOnce: true, level: 'process' },
  threeOnDisk: { kind: 'ours', atOnce: true, level: 'disk' },
} as const;
const CCXT = { socket: { kind: 'ccxt', by: 'socket' }, rest: { kind: 'ccxt', by: 'rest' } } as const;
const PARSE = { kind: 'parse' } as const;

type Measured = { readonly client: ClientDone; readonly venue: PhaseDone };

/** Figures of one phase, one entry a round. */
type Rounds = readonly Measured[];

const ccxtName = `ccxt ${versionOf('ccxt')}`;

export async function tickToWireRows(rounds: number = ROUNDS): Promise<Row[]> {
  const rows: Row[] = [];
  for (const face of FACES) {
    const way = new Way(face);
    for (let round = 0; round < rounds; round++) await way.round();
    rows.push(...rowsOf(face, way));
  }
  return rows;
}

class Way {
  readonly #face: FaceName;
  readonly #measured = new Map<string, Measured[]>();
  /** Microseconds of one call of the calibration, by round. */
  readonly parsesUs: number[] = [];
  /** Microseconds of one fdatasync of this disk, by round. */
  readonly syncsUs: number[] = [];

  constructor(face: FaceName) {
    this.#face = face;
  }

  async round(): Promise<void> {
    this.parsesUs.push(parseNow());
    this.syncsUs.push(syncUs());
    const venue = new Forked('venue-child.ts', { face: this.#face });
    try {
      const { url, wsUrl } = (await venue.answer()) as VenueReady;
      const start = { face: this.#face, url, wsUrl };
      await this.#run(venue, new Forked('ours-child.ts', start), [
        ...phases(OURS.one),
        ...phases(OURS.three),
        { phase: OURS.threeOnDisk, framesPerSecond: ALONE, isQuiet: false },
        ...phases(OURS.one, true),
      ]);
      const rest: Phase = { phase: CCXT.rest, framesPerSecond: ALONE, isQuiet: false };
      await this.#run(venue, new Forked('ccxt-child.ts', start), [...phases(CCXT.socket), rest]);
      await this.#run(venue, new Forked('parse-child.ts', start), phases(PARSE, true));
    } finally {
      await venue.stop();
    }
  }

  async #run(venue: Forked, client: Forked, phases: readonly Phase[]): Promise<void> {
    try {
      await client.answer();
      const [first] = phases;
      if (first === undefined) return;
      await this.#phase(venue, client, first.phase, WARM_UP);
      for (const one of phases) {
        const { phase, framesPerSecond, isQuiet } = one;
        const ticksPerSecond = isQuiet ? 0 : TICKS_PER_SECOND;
        const options = { framesPerSecond, seconds: SECONDS, ticksPerSecond };
        const measured = await this.#phase(venue, client, phase, options);
        const key = JSON.stringify(one);
        this.#measured.set(key, [...(this.#measured.get(key) ?? []), measured]);
      }
    } finally {
      await client.stop({ do: 'stop' });
    }
  }

  async #phase(venue: Forked, client: Forked, phase: ClientPhase, options: PhaseOptions): Promise<Measured> {
    await client.ask({ do: 'begin', phase });
    const done = (await venue.ask(options)) as PhaseDone;
    return { client: (await client.ask({ do: 'end' })) as ClientDone, venue: done };
  }

  of(phase: ClientPhase, framesPerSecond: number, isQuiet = false): Rounds {
    return this.#measured.get(JSON.stringify({ phase, framesPerSecond, isQuiet } satisfies Phase)) ?? [];
  }
}

/** A phase at each rate. */
function phases(phase: ClientPhase, isQuiet = false): Phase[] {
  return RATES.map((framesPerSecond) => ({ phase, framesPerSecond, isQuiet }));
}

type Pick = (measured: Measured) => readonly number[];
const whole: Pick = ({ client }) => client.whole;
const frames: Pick = ({ client }) => client.frames;
const answered: Pick = ({ venue }) => venue.answeredUs;
/** From the decision to the last order's bytes. */
const decidedToWire: Pick = ({ client }) =>
  client.toDurable.map((us, at) => us + (client.toLast[at] ?? Number.NaN));

function rowsOf(face: FaceName, way: Way): Row[] {
  const versus = (
    name: string,
    ours: Rounds,
    peer: Rounds,
    pick: Pick,
    peerName: string,
    atLeast?: number,
  ): Row[] =>
    [0.5, 0.99].map((share) =>
      rowOf({
        name: `${name}, ${share === 0.5 ? 'p50' : 'p99'} (${face})`,
        unit: 'µs',
        ours: ours.map(pick),
        peer: peerName,
        peerValue: peer.map(pick),
        statistic: (values) => quantile(sortedOf(values), share),
        ...(atLeast === undefined ? {} : { atLeast }),
        less: true,
        ...(share === 0.5 ? { oursSpread: spread(ours, pick), peerSpread: spread(peer, pick) } : {}),
      }),
    );
  const bounded = (name: string, ours: Rounds, pick: Pick, most: { name: string; us: number[] }): Row =>
    rowOf({
      name: `${name}, ${ALONE} frames/s, p50 (${face})`,
      unit: 'µs',
      ours: ours.map(pick),
      peer: most.name,
      peerValue: most.us,
      atLeast: 1,
      less: true,
      oursSpread: spread(ours, pick),
    });
  const bySocket = `${ccxtName}, watch → createOrderWs`;
  const byRest = `${ccxtName}, watch → createOrder (REST)`;
  const [one, three] = [way.of(OURS.one, ALONE), way.of(OURS.three, ALONE)];
  return [
    ...RATES.flatMap((rate) => [
      ...versus(
        `tick → wire, one order, ${rate} frames/s`,
        way.of(OURS.one, rate),
        way.of(CCXT.socket, rate),
        whole,
        bySocket,
        20,
      ),
      ...versus(
        `tick → wire, three orders at once, ${rate} frames/s`,
        way.of(OURS.three, rate),
        way.of(CCXT.socket, rate),
        whole,
        `${bySocket}, one order`,
      ),
    ]),
    ...versus(`tick → wire, one order, ${ALONE} frames/s`, one, way.of(CCXT.rest, ALONE), whole, byRest),
    ...versus(
      `the exchange's clock: book change sent → order arrived, ${ALONE} frames/s`,
      one,
      way.of(CCXT.socket, ALONE),
      answered,
      bySocket,
    ),
    ...RATES.flatMap((rate) =>
      versus(
        `socket → decision, every frame, ${rate} frames/s`,
        way.of(OURS.one, rate, true),
        way.of(PARSE, rate, true),
        frames,
        'socket → JSON.parse of the frame, alone',
        ...(rate === ALONE ? [1] : []),
      ),
    ),
    bounded('decided → three orders on their sockets, level process', three, decidedToWire, {
      name: `${MOST_PARSES} ${PARSES}`,
      us: way.parsesUs.map((us) => MOST_PARSES * us),
    }),
    bounded(
      'decided → three orders on their sockets, level disk',
      way.of(OURS.threeOnDisk, ALONE),
      decidedToWire,
      {
        name: `fdatasync of this disk and ${MOST_PARSES} ${PARSES}`,
        us: way.parsesUs.map((us, round) => MOST_PARSES * us + (way.syncsUs[round] ?? Number.NaN)),
      },
    ),
  ];
}

/** Microseconds of one fdatasync after a write of a record's size into a file that has its blocks: the median of some. */
function syncUs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  const file = openSync(join(folder, 'sync'), 'w');
  try {
    writeSync(file, Buffer.alloc(SYNC_FILE_BYTES));
    fdatasyncSync(file);
    const times = Array.from({ length: SYNCS }, (_, at) => {
      writeSync(file, Buffer.alloc(RECORD_BYTES, at + 1), 0, RECORD_BYTES, at * RECORD_BYTES);
      const beganMs = performance.now();
      fdatasyncSync(file);
      return (performance.now() - beganMs) * 1_000;
    });
    return median(times);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}

function spread(rounds: Rounds, pick: Pick): Spread {
  const sorted = sortedOf(rounds.flatMap(pick));
  return {
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    p999: quantile(sorted, 0.999),
    of: sorted.length,
  };
}
