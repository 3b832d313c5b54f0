/** What changed of an instrument while a market was recorded is part of the recording: a replay decides as the session did. */
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';

import { assembleRun, openSource, runBacktest, settingsOf } from './backtest.ts';
import { DigestJournal } from './digest-journal.ts';
import { trimRecording } from './library/trim-recording.ts';
import { makeTape } from './tape-maker.ts';
import { krakenLogLines } from './testing/kraken-log.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from './testing/made-log.ts';

const folder = logFolder();
afterAll(() => folder.remove());
const events = triangleEvents(7, 900).events as readonly { readonly t: number }[];
const timeOf = (index: number): number => events[index]?.t ?? 0;
const OPTIONS = { capital: { USD: '10000' } } as const;

/** One after the other: a tick, a minimum, a fee, a status and a stop, each taken back but for the fee. */
const CHANGES = [
  [100, { tickSize: '0.1', minQty: '0.001' }],
  [200, { tickSize: '0.01', minQty: '0.000001' }],
  [300, { status: 'cancel_only' }],
  [400, { status: 'online', minNotional: '50' }],
  [450, { stopped: 'has other decimals' }],
  [500, { stopped: '' }],
  [600, { takerFee: '0.002', feeBasis: 'account' }],
] as const;

const rulesLines = CHANGES.map(([at, fields]) => ({ t: timeOf(at), i: 'BTC/USD', k: 'rules', ...fields }));

/** Each line before the first event that is not older. */
function logWith(name: string, lines: readonly { readonly t: number }[]): string {
  const all = [...lines, ...events].toSorted((a, b) => a.t - b.t);
  return folder.write(name, [header(TRIANGLE), ...all]);
}
const plain = logWith('plain.jsonl', []);
const ruled = logWith('ruled.jsonl', rulesLines);

async function factsOf(log: string, options = {}): Promise<EngineEvent[]> {
  const facts: EngineEvent[] = [];
  await runBacktest({ ...OPTIONS, logs: [log], onEvents: (more) => void facts.push(...more), ...options });
  return facts;
}
const typesOf = (facts: readonly EngineEvent[], type: string): EngineEvent[] =>
  facts.filter((fact) => fact.type === type);

/** A session on this market: the changes come to its kernel as a feed and an account bring them, not from the log. */
async function session(): Promise<{ readonly facts: EngineEvent[]; readonly digest: string }> {
  const options = { ...OPTIONS, logs: [plain] };
  const source = await openSource(options);
  const facts: EngineEvent[] = [];
  const journal = new DigestJournal((more) => void facts.push(...more), undefined);
  const { kernel, runner, sink, time } = assembleRun(source, settingsOf(options, source), journal);
  const id = kernel.config.instruments.find(({ symbol }) => symbol === 'BTC/USD')?.id ?? -1;
  const left = [...CHANGES];
  runner.begin();
  await source.play(sink, (atUs) => {
    for (let [next] = left; next !== undefined && timeOf(next[0]) <= atUs; [next] = left) {
      left.shift();
      const { status, stopped, ...change } = { status: undefined, stopped: undefined, ...next[1] };
      const changedUs = timeOf(next[0]);
      time.advanceTo(changedUs);
      if (status !== undefined) sink.onInstrumentStatus(id, status, changedUs);
      if (Object.keys(change).length > 0)
        runner.submit({
          kind: 'instrument-change',
          instrumentId: id,
          change,
          cause: 'venue',
          atUs: changedUs,
        });
      if (stopped !== undefined)
        runner.submit({ kind: 'instrument-stopped', instrumentId: id, reason: stopped, atUs: changedUs });
    }
    time.advanceTo(atUs);
  });
  time.drain(30_000_000);
  await source.close();
  return { facts, digest: journal.digest() };
}

describe('a recording that holds changes of an instrument', () => {
  it('is replayed to the very facts of the session', async () => {
    const live = await session();
    const replayed = await factsOf(ruled);
    expect(typesOf(live.facts, 'instrumentChanged').length).toBe(4);
    expect(typesOf(live.facts, 'instrumentStopped').length).toBe(2);
    expect(typesOf(live.facts, 'executionFinished').length).toBeGreaterThan(5);
    expect(replayed).toEqual(live.facts);
    // They mattered: without them the same market is traded in another way.
    expect(await factsOf(plain)).not.toEqual(replayed);
  });

  it('is so from a tape too, and from its part alone', async () => {
    const tape = ruled.replace('.jsonl', '.tape');
    await makeTape({ logs: [ruled], path: tape });
    expect(await factsOf(tape)).toEqual(await factsOf(ruled));
    const out = ruled.replace('ruled', 'part');
    await trimRecording({ logs: [ruled], out, fromUs: timeOf(460) });
    const facts = await factsOf(out);
    // It begins with the rules of its own beginning, and with what was stopped.
    const [changed] = typesOf(facts, 'instrumentChanged');
    expect(changed).toMatchObject({ changes: ['takerFee 0.0005 → 0.002'], spec: { minNotional: '50' } });
    expect(typesOf(facts, 'instrumentStopped')).toMatchObject([
      { reason: 'has other decimals' },
      { reason: '' },
    ]);
    const other = ruled.replace('ruled', 'other');
    await trimRecording({ logs: [ruled], out: other, symbols: ['ETH/BTC', 'ETH/USD'] });
    expect(typesOf(await factsOf(other, { capital: { USD: '1000' } }), 'instrumentChanged')).toEqual([]);
  });

  it('leaves the fees and minimums that are asked for as they were asked for', async () => {
    const facts = await factsOf(ruled, { feeBps: 1, minNotional: '80' });
    const listed = typesOf(facts, 'instrumentChanged').flatMap((fact) =>
      fact.type === 'instrumentChanged' ? fact.changes : [],
    );
    expect(listed).toEqual([
      'tickSize 0.01 → 0.1',
      'minQty 0.000001 → 0.001',
      'tickSize 0.1 → 0.01',
      'minQty 0.001 → 0.000001',
    ]);
    const higher = await factsOf(ruled, { feeBps: 1, minNotional: '20' });
    expect(JSON.stringify(typesOf(higher, 'instrumentChanged'))).toContain('minNotional 20 → 50');
  });
});

it('frames of a venue that changes a rule and takes it back are followed both ways', async () => {
  const lines = krakenLogLines(['BTC/USD', 'XRP/USD']) as { t: number; instruments: InstrumentSpec[] }[];
  const pair = lines[0]?.instruments[0];
  if (pair === undefined) throw new Error('the log has no instruments');
  const frame = (t: number, tick: string) => {
    const row = {
      symbol: 'BTC/USD',
      base: 'BTC',
      quote: 'USD',
      status: 'online',
      price_increment: Number(tick),
      price_precision: pair.priceDecimals,
      qty_increment: Number(pair.lotSize),
      qty_precision: pair.qtyDecimals,
      qty_min: Number(pair.minQty),
      cost_min: pair.minNotional,
    };
    const data = { assets: [], pairs: [row] };
    return { t, raw: JSON.stringify({ channel: 'instrument', type: 'update', data }) };
  };
  const at = (index: number): number => lines[index]?.t ?? 0;
  const coarse = String(Number(pair.tickSize) * 10);
  const more = [frame(at(100), coarse), frame(at(150), coarse), frame(at(200), pair.tickSize)];
  const [head, ...rest] = lines;
  const all = [...more, ...rest].toSorted((a, b) => a.t - b.t);
  const facts = await factsOf(folder.write('frames.jsonl', [head, ...all]));
  const changes = typesOf(facts, 'instrumentChanged').flatMap((fact) =>
    fact.type === 'instrumentChanged' ? fact.changes : [],
  );
  expect(changes).toEqual([`tickSize ${pair.tickSize} → ${coarse}`, `tickSize ${coarse} → ${pair.tickSize}`]);
});

describe('a line of rules', () => {
  it.each([
    [{ tickSize: '0' }, /tickSize.*"0".*is not a decimal above zero/],
    [{ tickSize: '0.001' }, /priceDecimals.*"2".*step of 0\.001/],
    [{ lotSize: '1e-3' }, /lotSize.*"1e-3".*is not a decimal of zero or more/],
    [{ minQty: -1 }, /minQty.*"-1"/],
    [{ takerFee: '1' }, /takerFee.*"1".*fraction from 0 up to 1/],
    [{ status: 'asleep' }, /status.*"asleep".*is not a status/],
    [{ stopped: 7 }, /stopped.*"7".*is not text/],
    [{ feeBasis: 'x'.repeat(501) }, /feeBasis.*is not text of at most 500 characters/],
    [{}, /k.*"rules".*names no changed rule/],
    [{ price: '7' }, /names no changed rule/],
    [{ i: 'DOGE/USD', tickSize: '1' }, /"DOGE\/USD".*is not an instrument of this log/],
  ])('%j is refused with its line, field and remedy', async (fields, message) => {
    const line = { t: timeOf(0), i: 'BTC/USD', k: 'rules', ...fields };
    const log = folder.write('bad.jsonl', [header(TRIANGLE), line, ...events]);
    const error: unknown = await factsOf(log).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/line 2/);
    expect(String(error)).toMatch(message);
  });
});
