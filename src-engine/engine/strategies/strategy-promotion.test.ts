/** Who lets a strategy trade an account: what refuses it, which gates it must pass, and what is kept of it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { operations } from '../../contract/operations.ts';
import { scopeOf } from '../../contract/scopes.ts';
import { strategyGates, strategyRow } from '../../contract/strategy-records.ts';
import type { KernelConfig } from '../../kernel/kernel-config.ts';
import type { PaperRecord } from '../../storage/queries/strategies.ts';
import { AccountStrategies, setupAt, STRATEGY } from '../../testing/account-strategies.ts';
import { Hold } from '../../domain/hold.ts';
import type { EngineControls } from '../controls.ts';
import { setStrategyMode } from './strategy-controls.ts';
import { getStrategyGates, promoteStrategy } from './strategy-promotion.ts';
import { strategiesView } from './strategy-view.ts';

const CALLER = { role: 'operator', via: 'test' } as const;
const DAY = 86_400_000_000;

let rig: AccountStrategies;
let engine: EngineControls;
let record: PaperRecord | null;
let asked: { readonly profiles: readonly string[] } | undefined;

function engineOf(config: Partial<KernelConfig> = {}): void {
  rig = new AccountStrategies(config).begin();
  const session = {
    parts: { kernel: rig.kernel, profile: 'rehearsal', plan: { mode: 'rehearsal' } },
  };
  engine = {
    session,
    requireSession: () => session,
    hold: new Hold(),
    clock: { nowUs: () => rig.nowUs },
    plans: {
      list: () =>
        Promise.resolve([
          { profile: 'demo', mode: 'demo' },
          { profile: 'paper', mode: 'paper' },
        ]),
    },
    read: (_name: string, input: { readonly profiles: readonly string[] }) => {
      asked = input;
      return Promise.resolve({ takeText: () => JSON.stringify(record) });
    },
    command: (command: Parameters<AccountStrategies['command']>[0]) => Promise.resolve(rig.command(command)),
  } as unknown as EngineControls;
  rig.command({ type: 'setStrategy', setup: setupAt({ mode: 'shadow' }) });
}

beforeEach(() => {
  engineOf();
  rig.arm();
  record = {
    profile: 'demo',
    untilUs: 8 * DAY,
    sinceUs: 0,
    fills: 60,
    wins: 20,
    losses: 10,
    realized: '12.5',
    stopped: null,
  };
});

const promote = (change: object = {}) =>
  promoteStrategy(
    engine,
    operations.promoteStrategy.input.parse({
      strategy: STRATEGY,
      to: 'canary',
      confirm: STRATEGY,
      ...change,
    }),
    CALLER,
  );

describe('a promotion', () => {
  it('to canary goes by the record on paper of plans of its kind, and keeps each gate in its fact', async () => {
    const row = strategyRow.parse(await promote({ why: 'a week on paper' }));
    expect(row).toMatchObject({
      mode: 'canary',
      way: 'canary',
      account: { stake: '40', lossBudget: '4', lost: '0' },
      fellBack: null,
    });
    expect(asked?.profiles).toEqual(['demo', 'rehearsal-ghost']);
    expect(rig.of('strategySet').at(-1)).toMatchObject({
      actor: { kind: 'operator' },
      promotion: {
        why: 'a week on paper',
        isOverride: false,
        gates: [
          { gate: 'Days on paper', value: '8.0', bound: 'at least 7', passes: true },
          {},
          {},
          {},
          {},
          {},
        ],
      },
    });
  });

  it.each([
    [
      'no record',
      null,
      /does not pass 3 of 6 gates to canary: Days on paper: no such strategy was set on paper/,
    ],
    ['six days', { untilUs: 6 * DAY }, /1 of 6 .*Days on paper: 6\.0 \(at least 7\)/],
    ['few fills', { fills: 49 }, /1 of 6 .*Fills on paper: 49 \(at least 50\)/],
    ['a loss', { realized: '0' }, /1 of 6 .*Net after fees on paper: 0\.00 USD \(above 0\)/],
    [
      'a fault',
      { stopped: { code: 'threw', detail: 'no plan', atUs: 1 } },
      /No fault on paper: no plan \(none\)/,
    ],
  ] as const)(
    'with %s is refused with value and bound, and only a word and a reason pass over it',
    async (_what, change, words) => {
      record = change === null ? null : { ...(record as PaperRecord), ...change };
      await expect(promote()).rejects.toThrow(words);
      await expect(promote({ override: 'yes', why: 'drill' })).rejects.toThrow(
        /override: "yes" is not the word OVERRIDE/,
      );
      await expect(promote({ override: 'OVERRIDE' })).rejects.toThrow(/why: is missing/);
      expect(rig.running.setup.mode).toBe('shadow');
      await promote({ override: 'OVERRIDE', why: 'a drill' });
      expect(rig.of('strategySet').at(-1)?.promotion).toMatchObject({ isOverride: true, why: 'a drill' });
    },
  );

  it('is typed: the strategy once more, and a budget that is a loss', async () => {
    await expect(promote({ confirm: 'above' })).rejects.toThrow(/confirm: "above" is not the strategy/);
    await expect(promote({ lossBudget: '0' })).rejects.toThrow(
      /lossBudget: "0" is not above 0 and at most 40/,
    );
    await expect(promote({ lossBudget: '41' })).rejects.toThrow(
      /lossBudget: "41" is not above 0 and at most 40/,
    );
    expect(await promote({ lossBudget: '3' })).toMatchObject({ account: { lossBudget: '3' } });
  });

  it('needs the scope admin of a key', () => {
    expect(scopeOf('promoteStrategy')).toBe('admin');
    expect(scopeOf('getStrategyGates')).toBe('read');
  });

  it('to full follows a canary with a record of its own, at an account that is armed in full', async () => {
    await expect(promote({ to: 'full' })).rejects.toThrow(/to: "full" follows a canary/);
    await promote();
    await expect(promote({ to: 'full' })).rejects.toThrow(/test has its canary out/);
    rig.kernel.armings.of('test').state = 'armed';
    await expect(promote({ to: 'full' })).rejects.toThrow(
      /does not pass 3 of 6 gates to full: Days as a canary: 0\.0 \(at least 3\); Fills as a canary: 0 \(at least 20\)/,
    );
    expect(await promote({ to: 'full', override: 'OVERRIDE', why: 'a drill' })).toMatchObject({
      mode: 'full',
      account: { stake: '4000', lossBudget: '400' },
    });
    // Lowering needs no ceremony.
    expect(await setStrategyMode(engine, { strategy: STRATEGY, mode: 'canary' }, CALLER)).toMatchObject({
      mode: 'canary',
      account: { stake: '40' },
    });
    await expect(setStrategyMode(engine, { strategy: STRATEGY, mode: 'full' }, CALLER)).rejects.toThrow(
      /mode: "full" is not set like other modes/,
    );
    expect(await setStrategyMode(engine, { strategy: STRATEGY, mode: 'off' }, CALLER)).toMatchObject({
      mode: 'off',
    });
  });

  it.each([
    ['above', '80', '4'],
    ['within', '30', '30'],
  ])('is lowered with a budget %s the stake of a canary: %s becomes %s', async (_what, full, canary) => {
    await promote();
    rig.kernel.armings.of('test').state = 'armed';
    await promote({ to: 'full', lossBudget: full, override: 'OVERRIDE', why: 'a drill' });
    expect(await setStrategyMode(engine, { strategy: STRATEGY, mode: 'canary' }, CALLER)).toMatchObject({
      account: { stake: '40', lossBudget: canary },
    });
  });

  it.each([
    [{ simulatedMarket: false }, 'no-strategies-at-accounts', /real accounts are not open to them yet/],
    [{ mode: 'paper', mustReconcile: false }, 'not-at-an-account', /this session trades no account/],
  ] as const)('is refused by name in a session of %j, whatever is typed', async (config, code, words) => {
    engineOf(config);
    const { refusal } = await getStrategyGates(engine, { strategy: STRATEGY, to: 'canary' }, CALLER);
    expect(refusal).toMatch(words);
    await expect(promote({ override: 'OVERRIDE', why: 'now' })).rejects.toMatchObject({ problem: { code } });
    expect(strategiesView(rig.kernel).accountRefusal).toMatch(words);
  });

  it('needs an armed account, and no other version that is being installed', async () => {
    rig.command({ type: 'disarm', reason: 'drill' });
    await expect(promote()).rejects.toThrow(/needs an account that is armed: test: .*disarmed/);
    rig.arm();
    engine.hold.set(true);
    await expect(promote()).rejects.toThrow(/another version of Parallax/);
  });

  it('is refused where the strategy was set anew while its record was read', async () => {
    const read = engine.read.bind(engine);
    Object.assign(engine, {
      read: (...args: Parameters<typeof read>) => {
        rig.command({ type: 'setStrategy', setup: setupAt({ mode: 'shadow', stake: '9000' }) });
        return read(...args);
      },
    });
    await expect(promote()).rejects.toThrow(/was set, or its session began anew/);
  });
});

it('gates are listed with what it may hold and lose, before anything is typed', async () => {
  record = null;
  const gates = strategyGates.parse(
    await getStrategyGates(engine, { strategy: STRATEGY, to: 'canary' }, CALLER),
  );
  expect(gates).toMatchObject({ refusal: '', passes: false, stake: '40', lossBudget: '4' });
  expect(gates.gates).toHaveLength(6);
});

it('one that was taken back says why, and is promoted again only over that', async () => {
  await promote({ lossBudget: '0.9' });
  rig.bar(510_000);
  const [order] = rig.own;
  if (order === undefined) throw new Error('it buys');
  rig.fill(order);
  rig.agree();
  rig.price(499_900);
  rig.pass(0.2);
  rig.fill(rig.own.at(-1) as typeof order);
  rig.agree();
  rig.pass(0.3);
  expect(strategiesView(rig.kernel).strategies[0]).toMatchObject({
    mode: 'shadow',
    account: null,
    fellBack: { code: 'loss-budget' },
  });
  await expect(promote()).rejects.toThrow(/1 of 6 .*Not taken back from an account: it lost/);
});
