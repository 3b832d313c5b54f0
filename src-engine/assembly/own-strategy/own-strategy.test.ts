/** Code of the trader's own: whatever does not end, grows, or changes what it finds, stops that strategy by its name, and the thread that trades goes on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { emptyStep } from '../../features/market-step.ts';
import { parametersOf } from '../../strategies/check-manifest.ts';
import { parameterRows } from '../../strategies/parameter-rows.ts';
import { MAX_STRATEGIES } from '../../strategies/session/strategy-desk.ts';
import { StrategyHost, type StrategyStop } from '../../strategies/strategy-host.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { until } from '../../testing/until.ts';
import { SILENCE_MS } from '../../watchdog/messages.ts';
import { OwnModule } from './own-module.ts';
import { CALL_DEADLINE_MS, deadlineOf, OwnThread, type OwnThreadOptions } from './own-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-own-'));
const threads: OwnThread[] = [];
afterAll(() => {
  for (const thread of threads) thread.end('the tests are over');
  rmSync(folder, { recursive: true, force: true });
});

type Parts = {
  readonly onBar?: string;
  readonly save?: string;
  readonly create?: string;
  readonly top?: string;
  readonly parameters?: string;
  /** More fields of it. */
  readonly manifest?: string;
};

let count = 0;
const text = ({
  onBar = '',
  save = "''",
  create = '',
  top = '',
  parameters = '{}',
  manifest = '',
}: Parts): string =>
  `${top}\nexport default ({ z }) => ({
  manifest: { name: 'mine', version: 1, summary: 'x', markets: 1, input: 'bars', may: 'position', ${manifest}
    parameters: z.strictObject(${parameters}), features: () => ['sma:2'] },
  create() { ${create}
    return { onBar(view, out) { ${onBar} }, save() { return ${save}; }, load() {} }; },
});\n`;

/** Of calls that end: however busy the machine is. */
const LONG_MS = 60_000;

async function threadOf(parts: Parts, options: OwnThreadOptions = { sharesTurn: false }): Promise<OwnThread> {
  const path = join(folder, String(count++));
  mkdirSync(path);
  const file = join(path, 'strategy.mjs');
  writeFileSync(file, text(parts));
  const thread = await OwnThread.load(`file://${file}`, new SystemClock(), options);
  threads.push(thread);
  return thread;
}

const own = async (parts: Parts): Promise<OwnModule> => new OwnModule(await threadOf(parts), LONG_MS);

/** Its calls are cut off after a while, and what is read of its manifest is not. */
async function cutOff(parts: Parts, deadlineMs: number): Promise<Pick<OwnModule, 'module' | 'thread'>> {
  const thread = await threadOf(parts);
  const { module } = new OwnModule(thread, deadlineMs);
  const { manifest } = new OwnModule(thread, LONG_MS).module;
  return { thread, module: { ...module, manifest } };
}

function hostOf({ module }: Pick<OwnModule, 'module'>): StrategyHost {
  return new StrategyHost({ module, parameters: {}, stepUs: 60_000_000, seed: 1 });
}

const step = (n: number) => ({ ...emptyStep(), endUs: n * 60_000_000, open: 1, high: 1, low: 1, close: 1 });

/** Calls it until it is stopped: what goes wrong between two calls is found by the next. */
async function stopOf(parts: Parts, deadlineMs = LONG_MS): Promise<StrategyStop> {
  const host = hostOf(await cutOff(parts, deadlineMs));
  let bars = 0;
  await until(() => {
    if (host.stopped === undefined) host.step([step(++bars)], [0]);
    host.save();
    return host.stopped !== undefined;
  });
  return host.stopped as StrategyStop;
}

const TIMER = 'setTimeout';
const ENDLESS = 'for (;;);';
const DID_NOT_END = /^a call did not end within its time, or took more than 256 MB$/;

it.each<[where: string, parts: Parts, detail: RegExp]>([
  ['a call', { onBar: ENDLESS }, DID_NOT_END],
  ['a timer', { onBar: `${TIMER}(() => { ${ENDLESS} });` }, /has no setTimeout/],
  ['a microtask that queues itself', { onBar: 'queueMicrotask(() => {});' }, /has no queueMicrotask/],
  ['a promise’s then', { onBar: `Promise.resolve().then(() => { ${ENDLESS} });` }, DID_NOT_END],
  [
    'promises that make each other',
    { onBar: 'const again = () => Promise.resolve().then(again); again();' },
    DID_NOT_END,
  ],
  ['a generator that never awaits its end', { onBar: '(async () => { for (;;) await 0; })();' }, DID_NOT_END],
  ['what it answers', { onBar: `return { get then() { ${ENDLESS} } };` }, DID_NOT_END],
  ['a getter of its signal', { onBar: `out.signal({ get market() { ${ENDLESS} } });` }, DID_NOT_END],
  [
    'an iterator',
    { onBar: 'const all = { *[Symbol.iterator]() { for (;;) yield 1; } }; for (const one of all);' },
    DID_NOT_END,
  ],
  ['the JSON of its state', { save: `JSON.stringify({ toJSON() { ${ENDLESS} } })` }, DID_NOT_END],
  ['a proxy', { onBar: `out.want(new Proxy({}, { get() { ${ENDLESS} } }), 0, 'x');` }, DID_NOT_END],
  ['what it is made by', { create: ENDLESS }, DID_NOT_END],
  ['words of its error', { onBar: `throw { toString() { ${ENDLESS} } };` }, DID_NOT_END],
  ['a wait', { onBar: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);' }, DID_NOT_END],
])('what never ends in %s stops it by name, and the thread that trades goes on', async (_, parts, detail) => {
  const stopped = await stopOf(parts, detail === DID_NOT_END ? 300 : LONG_MS);
  expect(stopped.code).toBe('threw');
  expect(stopped.detail).toMatch(detail);
});

it('a promise that fails late stops it with its words, and ends nothing else', async () => {
  const stopped = await stopOf({ onBar: "Promise.resolve().then(() => { throw new Error('late'); });" });
  expect(stopped.detail).toMatch(/failed between two calls, by a promise or a timer: late/);
  const answered = await stopOf({ onBar: "return (async () => { throw new Error('x'); })();" });
  expect(answered.detail).toMatch(/answered a promise/);
});

it('what it changes of the language is changed for it alone', async () => {
  const ofThisThread = () =>
    ['push', 'then', 'toJSON'].map(
      (name, at) => Reflect.get([Array, Promise, Object][at]?.prototype ?? {}, name) as unknown,
    );
  const before = ofThisThread();
  const hurting = `out.want(0, 1, 'made'); Array.prototype.push = () => 7; Object.prototype.hurt = 1;
    Promise.prototype.then = () => 7; Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'hurt' });`;
  const [host, other] = [
    hostOf(await own({ onBar: hurting })),
    hostOf(await own({ onBar: 'out.want(0, 1, String({}.hurt));' })),
  ];
  host.step([step(1)], [0]);
  other.step([step(1)], [0]);
  host.step([step(2)], [0]);
  expect(ofThisThread()).toEqual(before);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(JSON.stringify({})).toBe('{}');
  expect([other.wanted, other.reason]).toEqual([[1], 'undefined']);
});

it('memory that it takes is bounded, in its heap and beside it', async () => {
  // After its call, so that its thread ends by the memory and not by the call's time: 700 MB, which it could have without a bound.
  const inHeap = 'const all = []; for (let n = 0; n < 700; n++) all.push(new Array(131072).fill(n));';
  const heap = await own({ onBar: `Promise.resolve().then(() => { ${inHeap} });` });
  hostOf(heap).step([step(1)], [0]);
  await until(() => heap.thread.over !== undefined);
  expect(heap.thread.over).toBe('it took more than 256 MB');
  const beside = await stopOf({ top: 'const all = [];', onBar: 'all.push(new Uint8Array(300e6));' });
  expect(beside.detail).toBe('it holds more than 256 MB in buffers');
  const said = await stopOf({ onBar: "for (;;) out.want(0, 1, 'x');" });
  expect(said.detail).toMatch(/says more than 10000 things/);
});

it('reaches neither the process nor modules that reach outside', async () => {
  expect((await stopOf({ onBar: 'process.exit(1);' })).detail).toMatch(/process.exit is not a function/);
  expect((await stopOf({ onBar: "fetch('http://127.0.0.1');" })).detail).toMatch(/has no fetch/);
  await expect(own({ top: "import 'node:fs';" })).rejects.toThrow(
    /cannot import node:fs: it may import files, packages/,
  );
  await expect(own({ top: "import 'worker_threads';" })).rejects.toThrow(/cannot import worker_threads/);
  const host = hostOf(
    await own({ top: "import assert from 'node:assert';", onBar: 'assert(view.atUs > 0);' }),
  );
  host.step([step(1)], [0]);
  expect(host.stopped).toBeUndefined();
});

it('calls it as it would be called here: its words, its errors, its state, its chance', async () => {
  const module = await own({
    onBar:
      "const all = Array.from({ length: 70 }, () => view.random()); this.last = all.join(); out.want(0, 1, 'made');",
    save: "'state ' + this.last",
    parameters: '{ size: z.number().min(1).max(5).default(2) }',
  });
  const host = hostOf(module);
  host.step([step(1)], [0]);
  expect([host.wanted, host.reason, host.stopped]).toEqual([[1], 'made', undefined]);
  const here = new StrategyHost({
    module: {
      ...module.module,
      create: () => ({
        onBar: (view) => void drawn.push(...Array.from({ length: 70 }, () => view.random())),
        save: () => '',
        load: () => undefined,
      }),
    },
    parameters: {},
    stepUs: 60_000_000,
    seed: 1,
  });
  const drawn: number[] = [];
  here.step([step(1)], [0]);
  expect(host.save()).toBe(JSON.stringify({ wanted: [1], state: `state ${drawn.join()}` }));
  const { manifest } = module.module;
  expect(parameterRows(manifest)).toEqual([{ name: 'size', usual: 2, range: 'from 1 to 5' }]);
  expect(parametersOf(manifest, { size: '3' })).toEqual({ size: 3 });
  expect(() => parametersOf(manifest, { size: '6' })).toThrow(/size.*6.*must be at most 5/s);
  expect((await stopOf({ onBar: "throw new TypeError('made');" })).detail).toBe('made');
  expect(
    (
      await stopOf({
        onBar:
          "for (let n = 0; n < 3; n++) out.signal({ market: 0, side: 'up', probability: 2, edgeBps: 1, horizonUs: 1 });",
      })
    ).code,
  ).toBe('bad-signal');
  expect((await stopOf({ save: '5' })).code).toBe('bad-state');
  expect((await stopOf({ onBar: "out.want('0', 1, 'x');" })).code).toBe('bad-position');
});

it('one that was stopped stops what else runs on its thread, and no call waits for it again', async () => {
  const module = await cutOff({ onBar: ENDLESS }, 300);
  const [first, second] = [hostOf(module), hostOf(module)];
  first.step([step(1)], [0]);
  second.step([step(1)], [0]);
  expect(second.stopped?.detail).toBe(first.stopped?.detail);
  expect(() => module.module.manifest.features({} as never)).toThrow(/did not end within its time/);
});

it('slow calls of a session share what a turn may take, those of a run over a recording do not', async () => {
  // Longer than any call of a session may take.
  const slow = { onBar: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);' };
  const stopped = await Promise.all(
    [undefined, { sharesTurn: false }].map(async (options) => {
      const host = hostOf(new OwnModule(await threadOf(slow, options ?? {}), LONG_MS));
      await new Promise(setImmediate);
      host.step([step(1)], [0]);
      return host.stopped?.detail;
    }),
  );
  expect(stopped).toEqual([expect.stringMatching(DID_NOT_END), undefined]);
});

it('a view that is asked after its call has no answer, and the next bar is decided', async () => {
  const late =
    'Promise.resolve().then(() => view.random()).catch((error) => { this.late = error.message; });';
  const host = hostOf(await own({ onBar: `out.want(0, view.atUs / 60e6, this.late ?? 'first'); ${late}` }));
  host.step([step(1)], [0]);
  host.step([step(2)], [0]);
  expect([host.stopped, host.wanted, host.reason]).toEqual([
    undefined,
    [2],
    'a view may be asked during its call alone',
  ]);
});

it('a file that keeps an account is refused by name: nothing would bound it by its cash', async () => {
  for (const [field, value] of [
    ['account', 'true'],
    ['fits', '() => {}'],
  ] as const)
    await expect(own({ manifest: `${field}: ${value},` })).rejects.toThrow(
      new RegExp(
        `manifest.${field}: is of a strategy that keeps an account, which strategies of files do not. Leave ${field} out`,
      ),
    );
});

it('has neither a clock nor a chance that a replay would not repeat', async () => {
  expect((await stopOf({ onBar: 'Math.random();' })).detail).toMatch(/no Math.random.*use view.random\(\)/);
  expect((await stopOf({ onBar: 'Date.now();' })).detail).toMatch(/no Date.now.*use view.atUs/);
  for (const now of ['new Date()', 'Date()', 'new (new Date(0).constructor)()'])
    expect((await stopOf({ onBar: `${now};` })).detail).toMatch(/of now.*use new Date\(view.atUs/);
  const host = hostOf(
    await own({
      parameters:
        "{ from: z.date().default(new Date(0)), day: z.iso.datetime().default('2026-01-01T00:00:00Z') }",
      onBar:
        'const date = new Date(view.atUs / 1000); out.want(0, 1, `${date instanceof Date} ${date.toISOString()} ${Date.UTC(1970, 0)}`);',
    }),
  );
  host.step([step(1)], [0]);
  expect([host.stopped, host.reason]).toEqual([undefined, 'true 1970-01-01T00:01:00.000Z 0']);
});

it('bounds what all strategies of a session take in one turn together, so that the watchdog does not take the engine for frozen', () => {
  let spent = 0;
  const deadlines = Array.from({ length: MAX_STRATEGIES }, () => {
    const deadline = deadlineOf(CALL_DEADLINE_MS, spent);
    spent += deadline;
    return deadline;
  });
  // One that comes after another one that was cut off is no less bounded, and still has a good while.
  expect(deadlines.slice(0, 4)).toEqual([1_000, 333, 111, 37]);
  expect(spent).toBeLessThan(SILENCE_MS.min);
});
