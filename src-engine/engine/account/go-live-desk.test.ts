/** The go-live desk over a session in memory: what calls an account back, what is in time and what comes too late, and what is stored. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { GoLiveStep } from '../../contract/go-live-operations.ts';
import type { Caller } from '../../contract/operations.ts';
import { decimal } from '../../domain/decimal.ts';
import { Hold } from '../../domain/hold.ts';
import { Outbox } from '../../domain/effect.ts';
import type { Actor, EngineEvent } from '../../domain/event.ts';
import { ManualClock } from '../../gateway/testing/fake-host.ts';
import type { Command } from '../../kernel/input.ts';
import { Armings } from '../../risk/armings.ts';
import { MINUTE_US, SloBook, type SloSample } from '../../slo/slo-book.ts';
import { sampleExecution } from '../../testing/sample-events.ts';
import { until } from '../../testing/until.ts';
import type { EngineControls } from '../controls.ts';
import { GoLiveDesk } from './go-live.ts';
import { CANARY_MINUTES, STAGING_MINUTES } from './go-live-gates.ts';
import type { Standing, StoredPipelines } from './go-live-pipelines.ts';

const OPERATOR: Caller = { role: 'operator', via: 'test' };
const BEGUN = { reason: '', sinceUs: 1, minutes: 0, readyMinutes: 0, budget: null } as const;
const GOOD: SloSample = { isReady: true, calls: 0, goodCalls: 0, isTracked: undefined };
/** Minutes that were ready before: longer than any burn rate looks back, and enough for the share of all since then. */
const BEFORE = 3 * 24 * 60;

/** Accounts at east and west with all that a checklist asks for, and a pipeline at `stages`. */
class Rig {
  readonly clock = new ManualClock();
  readonly outbox = new Outbox();
  readonly armings = new Armings(true, ['east', 'west'], this.outbox);
  readonly commands: string[] = [];
  readonly saved: StoredPipelines[] = [];
  readonly askedBy: Caller[] = [];
  readonly notes: string[] = [];
  readonly slos: SloBook;
  readonly desk: GoLiveDesk;
  wasReady: boolean | undefined = true;
  record = { cycles: 20, profitHome: '0' };
  isKilled = false;
  isFull = false;
  stored: StoredPipelines = {};
  /** Called while a record is read. */
  onRead: () => void = () => undefined;
  /** Called once the kernel has taken a command. */
  onCommand: (command: Command) => void = () => undefined;

  constructor() {
    this.clock.advanceMs(40 * 24 * 60 * 60_000);
    this.slos = new SloBook(undefined, 0);
    const endUs = this.clock.nowUs();
    for (let k = BEFORE; k > 0; k--) this.slos.add(endUs - k * MINUTE_US, GOOD);
    this.desk = new GoLiveDesk({
      clock: this.clock,
      engine: this.#engine(),
      store: {
        load: () => Promise.resolve(this.stored),
        save: (_profile, all) => {
          if (this.isFull) return Promise.reject(new Error('full'));
          this.saved.push(structuredClone(all));
          return Promise.resolve();
        },
      },
      note: (text) => this.notes.push(text),
    });
  }

  async open(stages: Readonly<Record<string, Partial<Standing>>>): Promise<this> {
    this.stored = Object.fromEntries(
      Object.entries(stages).map(([venue, one]) => [venue, { ...BEGUN, stage: 'none' as const, ...one }]),
    );
    await this.desk.open('live');
    this.desk.start();
    return this;
  }

  step(step: GoLiveStep, venue = 'east') {
    return this.desk.handlers.goLive({ venue, step, title: venue, reason: 'release 2' }, OPERATOR);
  }

  /** `east canary canary`: its stage, and how it is armed. */
  async standing(venue = 'east'): Promise<string> {
    const { venues } = await this.desk.handlers.getGoLive({}, OPERATOR);
    return `${venues.find((one) => one.venue === venue)?.stage} ${this.armings.of(venue).state}`;
  }

  /** Armed by hand, before it was under a pipeline. */
  armFully(venue = 'east'): void {
    const actor: Actor = { kind: 'operator', via: 'test' };
    this.armings.of(venue).arm(decimal('10'), actor, 1);
    for (let k = 0; k < 5; k++) this.armings.of(venue).onFinished(sampleExecution({ outcome: 'completed' }));
    this.armings.of(venue).armFully(actor, 2);
  }

  minute(sample: Partial<SloSample> = {}): void {
    this.clock.advanceMs(60_000);
    this.slos.add(this.clock.nowUs(), { ...GOOD, ...sample });
  }

  #session() {
    const { armings, clock } = this;
    const kernel = {
      armings,
      config: { homeAsset: 'USD', instruments: ['east', 'west'].map((venue, id) => ({ venue, id })) },
      areLimitsSet: true,
      limits: { haltedLossPct: 8 },
      risk: { escalation: { equity: decimal('100000') } },
      orders: { open: () => [] },
      orderEvents: {
        reconciler: {
          standings: () =>
            ['east', 'west'].map((venue) => ({ venue, agreedUs: 1, refusal: '', differences: [] })),
        },
      },
      store: { sync: () => ({ state: 'live' }) },
      feeds: new Map(['east', 'west'].map((venue) => [venue, { state: 'open', venueStatus: '' }])),
      halts: { refusal: () => undefined },
      killSwitch: { isOn: false },
      strategies: { all: () => [] },
    };
    const account = {
      permissions: ['trade'],
      keyNotes: [],
      hasDeadManSwitch: true,
      clockSkew: () => ({ skewUs: 0, errorUs: 0 }),
      guard: { isWatching: true },
    };
    const connections = ['east', 'west'].map((venue) => ({ market: { venue, title: venue }, account }));
    const ghost = { status: () => ({ pairs: 20, trackingErrorBps: 1 }) };
    return {
      parts: { kernel, connections, profile: 'live', plan: { mode: 'live' }, ghost },
      command: (command: Command, actor: Actor) => {
        this.commands.push('venue' in command ? `${command.type} ${command.venue}` : command.type);
        const nowUs = clock.nowUs();
        if (command.type === 'disarm') armings.disarm(command.reason, actor, nowUs, command.venue);
        // As a kernel that was killed passes over it.
        if (command.type === 'arm' && !this.isKilled)
          armings.of(command.venue).arm(decimal(command.lossBudget), actor, nowUs);
        if (command.type === 'armFully') armings.of(command.venue).armFully(actor, nowUs);
        this.onCommand(command);
        return Promise.resolve();
      },
    };
  }

  session: unknown = this.#session();

  #engine(): EngineControls {
    const engine = {
      hold: new Hold(),
      clock: this.clock,
      profile: 'live',
      intents: { health: { healthy: true, detail: '' }, level: 'flush', damage: '' },
      plans: { list: () => Promise.resolve([]) },
      alerts: { critical: () => [] },
      outsiders: {
        slos: {
          since: (name: 'api', afterUs: number) => this.slos.since(name, afterUs),
          burning: (afterUs?: number) => this.slos.burning(this.clock.nowUs(), afterUs),
        },
      },
      requireSession: () => this.session,
      read: (_name: string, _of: object, caller: Caller) => {
        this.askedBy.push(caller);
        const text = JSON.stringify(this.record);
        return Promise.resolve({ takeText: () => text }).then((answer) => {
          this.onRead();
          return answer;
        });
      },
    };
    Object.defineProperty(engine, 'session', { get: () => this.session });
    Object.defineProperty(engine.outsiders.slos, 'wasReady', { get: () => this.wasReady });
    return engine as unknown as EngineControls;
  }
}

const differs = (venue = 'east'): EngineEvent => ({
  type: 'balancesDiffer',
  atUs: 1,
  venue,
  differences: [{ asset: 'ETH', ledger: '10', venue: '11' }],
});

const STAGED = { stage: 'staging', minutes: STAGING_MINUTES, readyMinutes: STAGING_MINUTES } as const;
const CANARY = { stage: 'canary', minutes: CANARY_MINUTES, budget: '10' } as const;

describe('the go-live desk', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it('disarms an account that was armed by hand when its staging begins', async () => {
    await rig.open({});
    rig.armFully();
    await rig.step('begin');
    expect(await rig.standing()).toBe('staging disarmed');
    expect(rig.commands).toEqual(['disarm east', 'noteGoLive east']);
  });

  it('goes from staging to a canary and on in full; each step notes its stage, and the canary its budget', async () => {
    await rig.open({ east: STAGED });
    await rig.step('canary');
    expect(await rig.standing()).toBe('canary canary');
    expect(rig.saved.at(-1)).toMatchObject({ east: { stage: 'canary', budget: '80' } });
    for (let k = 0; k < 5; k++) rig.armings.of('east').onFinished(sampleExecution({ outcome: 'completed' }));
    for (let k = 0; k < CANARY_MINUTES; k++) rig.minute();
    await rig.step('full');
    expect(await rig.standing()).toBe('full armed');
    expect(rig.commands).toEqual(['arm east', 'noteGoLive east', 'armFully east', 'noteGoLive east']);
  });

  it('goes back one stage for one bad time, and a second only for what comes once it is armed again', async () => {
    await rig.open({ east: { stage: 'full' } });
    rig.armFully();
    for (let k = 0; k < 15; k++) rig.minute({ isReady: false });
    await until(async () => expect(await rig.standing()).toBe('canary disarmed'));
    // The bad time goes on, and its level burns for hours yet.
    for (let k = 0; k < 60; k++) rig.minute({ isReady: false });
    for (let k = 0; k < 10; k++) rig.minute();
    expect(await rig.standing()).toBe('canary disarmed');
    // A canary that was called back from full can go forward again: its budget is known.
    expect(rig.saved.at(-1)).toMatchObject({ east: { budget: '80' } });
    await rig.step('canary');
    for (let k = 0; k < 60; k++) rig.minute();
    expect(rig.slos.burning(rig.clock.nowUs())).toHaveLength(1);
    expect(await rig.standing()).toBe('canary canary');
    for (let k = 0; k < 60; k++) rig.minute({ isReady: false });
    await until(async () => expect(await rig.standing()).toBe('staging disarmed'));
  });

  it('does not send a canary while a service level burns', async () => {
    await rig.open({ east: STAGED });
    for (let k = 0; k < 12; k++) rig.minute({ isReady: false });
    await expect(rig.step('canary')).rejects.toThrow(/burn: "availability uses up its budget/);
  });

  it('lets no calls of the API, which anyone who may look can make slow, disarm an account', async () => {
    await rig.open({ east: { stage: 'full' } });
    rig.armFully();
    for (let k = 0; k < 10; k++) rig.minute({ calls: 100, goodCalls: 0 });
    expect(rig.slos.burning(rig.clock.nowUs()).map(({ name }) => name)).toEqual(['api']);
    expect(await rig.standing()).toBe('full armed');
  });

  it.each<['canary' | 'full', Partial<Standing>, string]>([
    ['canary', STAGED, 'staging disarmed'],
    ['full', CANARY, 'staging disarmed'],
  ])(
    'arms nothing (%s) that was called back while its gates were read, or while it armed',
    async (step, one, expected) => {
      for (const when of ['read', 'command'] as const) {
        rig = await new Rig().open({ east: one });
        if (step === 'full') {
          rig.armings.of('east').arm(decimal('10'), { kind: 'operator', via: 'test' }, 1);
          for (let k = 0; k < 5; k++)
            rig.armings.of('east').onFinished(sampleExecution({ outcome: 'completed' }));
        }
        const call = (): void => {
          [rig.onRead, rig.onCommand] = [() => undefined, () => undefined];
          rig.desk.take(differs());
        };
        if (when === 'read') rig.onRead = call;
        else rig.onCommand = call;
        await expect(rig.step(step)).rejects.toThrow(
          /was called back .*: the account differs from the ledger/,
        );
        expect(await rig.standing()).toBe(expected);
      }
    },
  );

  it('arms nothing by hand that came under a pipeline, or back to staging, while the checklist was read', async () => {
    await rig.open({ east: CANARY });
    rig.onRead = () => {
      rig.onRead = () => undefined;
      rig.desk.take(differs());
    };
    const named = { venue: 'east', title: 'east' };
    await expect(rig.desk.armByHand('canary', named, OPERATOR)).rejects.toThrow(/is at stage staging/);
    expect(await rig.standing()).toBe('staging disarmed');
  });

  it('stays at its stage where the kernel does not arm, or another session began', async () => {
    await rig.open({ east: STAGED });
    rig.isKilled = true;
    await expect(rig.step('canary')).rejects.toThrow(/did not become canary/);
    rig.isKilled = false;
    const session = rig.session as object;
    rig.onRead = () => {
      rig.session = { ...session };
    };
    await expect(rig.step('canary')).rejects.toThrow(/another session began/);
    rig.onRead = () => undefined;
    expect(await rig.standing()).toBe('staging disarmed');
  });

  it('arms a canary again with what is left of the budget of its stage, by a step and by hand', async () => {
    await rig.open({ east: CANARY });
    rig.record = { cycles: 20, profitHome: '-4' };
    const named = { venue: 'east', title: 'east' };
    // The loss is the account's: its record on paper, which the checklist reads next, lost nothing.
    rig.onRead = () => {
      rig.record = { cycles: 20, profitHome: '0' };
    };
    await rig.desk.armByHand('canary', named, OPERATOR);
    expect(rig.armings.of('east').canary).toMatchObject({ budget: '6' });
    await rig.step('rollback');
    expect(await rig.standing()).toBe('staging disarmed');

    rig = await new Rig().open({ east: CANARY });
    rig.record = { cycles: 20, profitHome: '-10' };
    await expect(rig.desk.armByHand('canary', named, OPERATOR)).rejects.toThrow(/lost 10.00 USD as a canary/);
    rig.record = { cycles: 20, profitHome: '7' };
    await rig.step('canary');
    expect(rig.armings.of('east').canary).toMatchObject({ budget: '10' });
  });

  it('gives a stage whose budget was never known that of its first canary', async () => {
    await rig.open({ east: { ...CANARY, budget: null } });
    await rig.step('canary');
    expect(rig.saved.at(-1)).toMatchObject({ east: { stage: 'canary', budget: '80' } });
  });

  it('counts for staging the minutes of the account’s own session alone', async () => {
    await rig.open({ east: { stage: 'staging' } });
    rig.minute();
    rig.minute({ isReady: false });
    rig.wasReady = false;
    rig.minute();
    const { session } = rig;
    rig.session = undefined;
    for (let k = 0; k < 30; k++) rig.minute();
    rig.session = session;
    await until(() => expect(rig.saved.at(-1)?.['east']).toMatchObject({ minutes: 3, readyMinutes: 2 }));
    await expect(rig.step('canary')).rejects.toThrow(/time: "0.1 of 168.0 hours/);
  });

  it('holds a step back that the database refuses, disarms all the same, and stores it a minute later', async () => {
    await rig.open({ east: { stage: 'full' } });
    rig.armFully();
    rig.isFull = true;
    rig.desk.take(differs());
    expect(rig.armings.of('east').state).toBe('disarmed');
    await until(() => expect(rig.notes).toHaveLength(1));
    rig.minute();
    // Another profile and back: what is stored of this one still says full.
    await rig.desk.open('other');
    await rig.desk.open('live');
    expect(await rig.standing()).toBe('canary disarmed');
    rig.isFull = false;
    rig.minute();
    await until(() => expect(rig.saved.at(-1)).toMatchObject({ east: { stage: 'canary' } }));
    expect(rig.notes).toHaveLength(1);
  });

  it('moves none back that is not of the session, and each of it where no venue is named', async () => {
    await rig.open({ east: { stage: 'full' }, west: { stage: 'canary' }, north: { stage: 'full' } });
    rig.desk.take({
      type: 'armingChanged',
      atUs: 1,
      from: 'armed',
      to: 'disarmed',
      reason: 'a cycle was stranded',
      actor: { kind: 'engine', via: 'risk' },
    });
    await until(() =>
      expect(rig.saved.at(-1)).toMatchObject({
        east: { stage: 'canary' },
        west: { stage: 'staging' },
        north: { stage: 'full' },
      }),
    );
  });

  it('reads for a step in the name of who takes it', async () => {
    await rig.open({ east: STAGED });
    await rig.step('canary');
    expect(new Set(rig.askedBy)).toEqual(new Set([OPERATOR]));
  });
});
