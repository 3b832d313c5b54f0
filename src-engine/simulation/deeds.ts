/** How each disaster is done. */
import type { Command } from '../kernel/input.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import type { Fault } from './fault-plan.ts';
import type { SimulatedExchange } from './simulated-exchange.ts';
import type { SimulatedWatchdog } from './simulated-watchdog.ts';

/** A moment in the middle of something, at whose next occurrence the engine dies. */
export type Moment = 'before durable' | 'once durable' | 'once sent' | 'while writing' | 'on a report';

/** What a disaster has to do with. */
export type Stage = {
  /** Whom it befalls, where it is a venue's. */
  readonly exchange: SimulatedExchange;
  /** Undefined while none is up. */
  readonly engine: EngineUnderTest | undefined;
  readonly lastsUs: number;
  /** Switches something on, and off again after so long. */
  readonly during: (lastsUs: number, set: (on: boolean) => void) => void;
  /** Uniform in [0, 1). */
  readonly chance: () => number;
  readonly anyPair: () => string;
  readonly crash: () => void;
  readonly dieAt: (moment: Moment) => void;
  readonly command: (command: Command) => void;
  /** In the moment in which the next order leaves for the exchange. */
  readonly atNextOrder: (run: () => void) => void;
  /** The process that watches the account there; undefined: none does. */
  readonly watchdog: SimulatedWatchdog | undefined;
};

/** How far a history lags at worst. */
const HISTORY_US = 30_000_000;
/** Longer than an adapter waits for the answer to a request. */
const LATE_US = 6_000_000;
/** How far a venue's clock jumps at most, either way. */
const SKEW_US = 1_500_000;
const RAISED_FEE = { takerPercent: '0.12', makerPercent: '0.1' } as const;

function cutOff({ exchange: { network }, lastsUs, during }: Stage): void {
  network.cutAll();
  during(lastsUs, (on) => (network.faults.isCut = on));
}

function failCalls(stage: Stage, kind: 'losesAnswers' | 'losesCalls'): void {
  const { faults } = stage.exchange.network;
  stage.during(stage.lastsUs, (on) => (faults[kind] = on ? 0.5 : 0));
}

function slow({ exchange: { network }, lastsUs, during }: Stage, extraUs: number): void {
  during(lastsUs, (on) => (network.faults.extraUs = on ? extraUs : 0));
}

function status(stage: Stage, during: 'maintenance' | 'cancel_only'): void {
  const { faults } = stage.exchange.core;
  stage.during(stage.lastsUs, (on) => faults.setSystemStatus(on ? during : 'online'));
}

export const DEEDS: Readonly<Record<Fault, (stage: Stage) => void>> = {
  cut: ({ exchange }) => exchange.network.cutAll(),
  'cable out': cutOff,
  'venue dies': cutOff,
  silence: ({ exchange, lastsUs, during }) => during(lastsUs, (on) => exchange.core.faults.silence(on)),
  'delayed frames': ({ exchange, lastsUs, during }) =>
    during(lastsUs, (on) => exchange.core.faults.delayFrames(on ? 300_000 : 0)),
  'doubled frame': ({ exchange }) => exchange.core.faults.duplicateNextFrame(),
  'lost book frame': ({ exchange: { core, kit } }) => core.faults.loseNextFrame(kit.channels.book),
  'lost report': ({ exchange: { core, kit } }) => core.faults.loseNextFrame(kit.channels.report),
  'wrong checksum': ({ exchange, anyPair }) => exchange.core.faults.corruptNextChecksum(anyPair()),
  'slow network': (stage) => slow(stage, 150_000),
  'late answers': (stage) => slow(stage, LATE_US),
  'lost answers': (stage) => failCalls(stage, 'losesAnswers'),
  'lost calls': (stage) => failCalls(stage, 'losesCalls'),
  'rejected order': ({ exchange: { core, kit } }) => core.faults.rejectNextOrder(kit.rejection),
  'partial fill': ({ exchange, chance }) => exchange.core.faults.partialFillNextOrder(chance()),
  '5xx after accepting': ({ exchange }) => exchange.core.faults.failNextRest(502, true),
  '5xx before accepting': ({ exchange }) => exchange.core.faults.failNextRest(503, false),
  'late history': ({ exchange: { core }, lastsUs, during }) =>
    during(lastsUs + HISTORY_US, (on) => core.faults.delayHistory(on ? HISTORY_US : 0)),
  maintenance: (stage) => status(stage, 'maintenance'),
  'cancel only': (stage) => status(stage, 'cancel_only'),
  lockout: ({ exchange, lastsUs }) => exchange.useUpLimits(lastsUs),
  ban: ({ exchange, lastsUs }) => exchange.ban(lastsUs),
  'clock skew': ({ exchange, chance }) => {
    exchange.skewUs = Math.round((chance() - 0.5) * 2 * SKEW_US);
  },
  'announced end': ({ exchange }) => exchange.core.faults.endConnections(),
  'fees rise': ({ exchange }) => exchange.core.setFees(RAISED_FEE),
  'pair halted': ({ exchange: { core }, lastsUs, during, anyPair }) => {
    const symbol = anyPair();
    during(lastsUs, (on) => core.setPairStatus(symbol, on ? 'cancel_only' : 'online'));
  },
  'disk full': ({ engine, lastsUs, during }) => {
    if (engine !== undefined) during(lastsUs, (on) => (engine.disk.isFull = on));
  },
  'disk hangs': ({ engine, lastsUs, during }) => {
    if (engine !== undefined) during(lastsUs, (on) => (engine.disk.isHanging = on));
  },
  // While an account is emptied nothing may be placed there: who does it would have to stop that program first.
  'other program': ({ exchange, engine, anyPair }) => {
    if (engine?.kernel.killSwitch.isOn === false) exchange.otherProgram.place(anyPair());
  },
  crash: ({ crash }) => crash(),
  'crash before durable': ({ dieAt }) => dieAt('before durable'),
  'crash once durable': ({ dieAt }) => dieAt('once durable'),
  'crash once sent': ({ dieAt }) => dieAt('once sent'),
  'crash while writing': ({ dieAt }) => dieAt('while writing'),
  'crash on a report': ({ dieAt }) => dieAt('on a report'),
  kill: ({ command }) => command({ type: 'kill', reason: 'simulation' }),
  pause: ({ command }) => command({ type: 'pause' }),
  disarm: ({ exchange: { venue }, command, atNextOrder }) =>
    atNextOrder(() => command({ type: 'disarm', reason: 'simulation', venue })),
  'watchdog lost': ({ watchdog, chance }) => (chance() < 0.5 ? watchdog?.kill() : watchdog?.freeze()),
};
