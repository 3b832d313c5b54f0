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
import { CALL_DEADLINE_MS, deadlineOf, OwnThread } from './own-thread.ts';

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
};

let count = 0;
const text = ({ onBar = '', save = "''", create = '', top = '', parameters = '{}' }: Parts): string =>
  `${top}\nexport default ({ z }) => ({
  manifest: { name: 'mine', version: 1, summary: 'x', markets: 1, input: 'bars', may: 'position',
    parameters: z.strictObject(${parameters}), features: () => ['sma:2'] },
  create() { ${create}
    return { onBar(view, out) { ${onBar} }, save() { return ${save}; }, load() {} }; },
});\n`;

async function own(parts: Parts, deadlineMs = CALL_DEADLINE_MS): Promise<OwnModule> {
  const path = join(folder, String(count++));
  mkdirSync(path);
  const file = join(path, 'strategy.mjs');
  writeFileSync(file, text(parts));
  const thread = await OwnThread.load(`file://${file}`, new SystemClock());
  threads.push(thread);
  return new OwnModule(thread, deadlineMs);
}

function hostOf({ module }: OwnModule): StrategyHost {
  return new StrategyHost({ module, parameters: {}, stepUs: 60_000_000, seed: 1 });
}

const step = (n: number) => ({ ...emptyStep(), endUs: n * 60_000_000, open: 1, high: 1, low: 1, close: 1 });

/** Calls it until it is stopped: what goes wrong between two calls is found by the next. */
async function stopOf(parts: Parts, deadlineMs = 300): Promise<StrategyStop> {
  const host = hostOf(await own(parts, deadlineMs));
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
const DID_NOT_END = /a call did not end within 300 ms/;

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
  const stopped = await stopOf(parts);
  expect(stopped.code).toBe('threw');
  expect(stopped.detail).toMatch(detail);
});

it('a promise that fails late stops it with its words, and ends nothing else', async () => {
  const stopped = await stopOf(
    { onBar: "Promise.resolve().then(() => { throw new Error('late'); });" },
    1_000,
  );
  expect(stopped.detail).toMatch(/failed between two calls, by a promise or a timer: late/);
  const answered = await stopOf({ onBar: "return (async () => { throw new Error('x'); })();" }, 1_000);
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
  const inHeap = "const all = []; for (let n = 0; n < 2e8; n++) all.push({ n, text: 'x' + n });";
  const heap = await stopOf({ onBar: inHeap }, CALL_DEADLINE_MS);
  expect(heap.detail).toMatch(/more than 256 MB/);
  const beside = await stopOf({ top: 'const all = [];', onBar: 'all.push(new Uint8Array(300e6));' }, 1_000);
  expect(beside.detail).toMatch(/it holds \d+ MB in buffers, of at most 256/);
  const said = await stopOf({ onBar: "for (;;) out.want(0, 1, 'x');" }, 1_000);
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
  const module = await own({ onBar: ENDLESS }, 100);
  const [first, second] = [hostOf(module), hostOf(module)];
  first.step([step(1)], [0]);
  second.step([step(1)], [0]);
  expect(second.stopped?.detail).toBe(first.stopped?.detail);
  expect(() => module.module.manifest.features({} as never)).toThrow(/did not end within 100 ms/);
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
