import { afterAll, expect, it } from 'vitest';
import { header, logFolder, spec, START_US } from '../../backtest/testing/made-log.ts';
import { parseCommandLine } from '../command-line.ts';
import { makerTaker } from './maker-taker.ts';

const folder = logFolder();
afterAll(() => folder.remove());

async function run(args: readonly string[]) {
  let [data, text]: [Readonly<Record<string, unknown>>, string] = [{}, ''];
  const output = {
    json: true,
    result: (found: Readonly<Record<string, unknown>>, line: string) => {
      [data, text] = [found, line];
    },
    note: () => undefined,
  };
  const code = await makerTaker.run(parseCommandLine(makerTaker, args), output);
  return { code, data, text };
}

/** A venue whose prices stand still; takers come to the one where quotes rest. */
function recorded(venue: string, half: number, trades: boolean): string {
  const events = Array.from({ length: 100 }, (_, step) => {
    const t = START_US + step * 100_000;
    const price = (1_000 - half - 1).toFixed(2);
    if (trades && step % 10 === 9) return { t, k: 'trade', i: 'BTC/USDT', side: 'sell', p: price, q: '0.2' };
    const levels = (sign: number) => [0, 1, 2].map((n) => [(1_000 + sign * (half + n)).toFixed(2), '2']);
    return { t, k: 'snapshot', i: 'BTC/USDT', b: levels(-1), a: levels(1) };
  });
  return folder.write(`${venue}.jsonl`, [
    header([spec('BTC/USDT', { takerFee: '0.0002' })], { venue }),
    ...events,
  ]);
}

const LOGS = [recorded('east', 6, true), recorded('west', 1, false)];
const USUAL = ['--symbol', 'BTC/USDT', '--quote-at', 'east', '--hedge-at', 'west', '--qty', '0.5'];

it('shows what quotes at one venue and hedges at the other would have earned', async () => {
  const { data, text } = await run([...LOGS, ...USUAL]);
  expect(data).toMatchObject({ hedgeMisses: 0, openBase: '0' });
  expect(data['quoteFills']).toBeGreaterThan(3);
  expect(Number(data['profit'])).toBeGreaterThan(0);
  expect(text).toContain('0 found nothing');
});

it('names what is missing or wrong, with what to give instead', async () => {
  const refusal = async (...args: readonly string[]) =>
    run([...LOGS, ...args]).catch((error: unknown) => error);
  expect(await refusal('--quote-at', 'east')).toMatchObject({ problem: { field: '--hedge-at' } });
  expect(await refusal(...USUAL.with(5, 'east'))).toMatchObject({
    problem: { field: '--hedge-at', value: 'east' },
  });
  expect(await refusal(...USUAL.with(7, '-1'))).toMatchObject({ problem: { field: '--qty', value: '-1' } });
  expect(await refusal(...USUAL.with(1, 'ETH/USDT'))).toMatchObject({
    problem: { code: 'no-such-market', remedy: expect.stringContaining('BTC/USDT@east') },
  });
});
