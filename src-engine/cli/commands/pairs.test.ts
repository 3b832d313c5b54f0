/** `parallax pairs` on made files of every kind, and on recorded candles where they are there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { header, logFolder, spec, START_US } from '../../backtest/testing/made-log.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import { SeededRandom } from '../../lib/random.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { parseCommandLine } from '../command-line.ts';
import { importCommand } from './import.ts';
import { pairs } from './pairs.ts';

const folder = logFolder();
afterAll(() => folder.remove());
const files = folder.folder('csv');
const BARS = 400;
const BEGIN_S = Math.ceil(START_US / US_PER_SECOND / 300) * 300;

async function run(args: readonly string[], command = pairs) {
  let [data, text]: [Readonly<Record<string, unknown>>, string] = [{}, ''];
  const output = {
    json: true,
    result: (found: Readonly<Record<string, unknown>>, line: string) => {
      [data, text] = [found, line];
    },
    note: () => undefined,
  };
  const code = await command.run(parseCommandLine(command, args), output);
  return { code, data, text };
}

/** A walk, a market that is 1.5 of it and a spread that returns, and a walk of its own. */
function prices(): { readonly walk: number[]; readonly tied: number[]; readonly alone: number[] } {
  const random = new SeededRandom(2);
  let [log, other, spread] = [0, 0, 0];
  const made = { walk: [] as number[], tied: [] as number[], alone: [] as number[] };
  for (let at = 0; at < BARS; at++) {
    log += 0.002 * random.normal();
    other += 0.002 * random.normal();
    spread = 0.8 * spread + 0.002 * random.normal();
    made.walk.push(100 * Math.exp(log));
    made.tied.push(50 * Math.exp(1.5 * log + spread));
    made.alone.push(100 * Math.exp(other));
  }
  return made;
}

const made = prices();

function csvOf(name: string, closes: readonly number[]): string {
  const path = join(files, `${name}.csv`);
  const rows = closes.map((close, at) => {
    const text = close.toFixed(4);
    return `${new Date((BEGIN_S + at * 300) * 1_000).toISOString()},${text},${text},${text},${text},1`;
  });
  writeFileSync(path, ['date,open,high,low,close,volume', ...rows].join('\n'));
  return path;
}

const WALK = csvOf('walk', made.walk);
const TIED = csvOf('tied', made.tied);
const ALONE = csvOf('alone', made.alone);

/** A recording of two markets: each has a new book two seconds before the end of each minute. */
function recording(): string {
  const level = (price: number): [string, string] => [price.toFixed(4), '1'];
  const events = made.walk.flatMap((price, at) => {
    const t = (BEGIN_S + at * 60 + 58) * US_PER_SECOND;
    return [
      { t, i: 'WALK/USD', k: 'snapshot', b: [level(price - 0.01)], a: [level(price + 0.01)] },
      {
        t,
        i: 'TIED/USD',
        k: 'snapshot',
        b: [level((made.tied[at] as number) - 0.01)],
        a: [level((made.tied[at] as number) + 0.01)],
      },
    ];
  });
  const fine = { tickSize: '0.0001' };
  return folder.write('two.jsonl', [header([spec('WALK/USD', fine), spec('TIED/USD', fine)]), ...events]);
}

describe('parallax pairs', () => {
  it('finds the ratio of a planted pair, and says so in plain words', async () => {
    const { code, data, text } = await run([TIED, WALK]);
    expect(code).toBe(0);
    expect(data).toMatchObject({
      a: 'tied',
      b: 'walk',
      bars: BARS,
      stepUs: 300 * US_PER_SECOND,
      gaps: 0,
      verdict: 'cointegrated',
    });
    const { hedgeRatio, halfLifeBars, statistic, criticalValues, lags } = data['cointegration'] as Record<
      string,
      number
    > & {
      criticalValues: Record<string, number>;
    };
    expect(hedgeRatio).toBeCloseTo(1.5, 0);
    expect(halfLifeBars).toBeGreaterThan(1.5);
    expect(halfLifeBars).toBeLessThan(6);
    expect(statistic).toBeLessThan(criticalValues['onePercent'] as number);
    expect(Number.isInteger(lags)).toBe(true);
    expect((data['kalman'] as Record<string, number>)['hedgeRatio']).toBeCloseTo(1.5, 0);
    expect(text).toContain('Cointegrated at 5 % in this stretch');
    expect(text).toContain('One pair in twenty without any relation looks like this by chance');
  });

  it('does not find one of two that have nothing to do with each other', async () => {
    const { data, text } = await run([ALONE, WALK, '--lags', 'bic', '--trend', 'ct']);
    expect(data['verdict']).toBe('not-cointegrated');
    expect(text).toContain('Not cointegrated: at 5 % the spread is not distinguishable from a random walk');
  });

  it('reads recordings by the middle of their books, and imports as their files', async () => {
    const log = recording();
    const recorded = await run([log, log, '--symbol-a', 'tied/usd', '--symbol-b', 'WALK/USD@made']);
    expect(recorded.data).toMatchObject({
      a: 'TIED/USD@made',
      bars: BARS - 1,
      stepUs: 60 * US_PER_SECOND,
      verdict: 'cointegrated',
    });
    const imported = join(files, 'tied.jsonl.gz');
    const book = ['--venue', 'made', '--symbol', 'TIED/USD', '--depth', '1', '--spread-bps', '0'];
    await run([TIED, '--out', imported, ...book], importCommand);
    const both = await run([imported, WALK]);
    const alone = await run([TIED, WALK]);
    const ratioOf = ({ data }: typeof both) =>
      (data['cointegration'] as Record<string, number>)['hedgeRatio'] as number;
    expect(both.data['bars']).toBe(BARS);
    expect(ratioOf(both)).toBeCloseTo(ratioOf(alone), 3);
  });

  it('gives no verdict on fewer than 100 bars', async () => {
    const { data, text } = await run([csvOf('tied-short', made.tied.slice(0, 90)), WALK]);
    expect(data).toMatchObject({ bars: 90, verdict: 'too-few-bars' });
    expect(text).toContain('No verdict: 90 bars decide nothing. Take at least 100');
  });

  it('rehearses the pairs rule over the bars, and says that nothing is traded', async () => {
    const plain = await run([TIED, WALK]);
    expect(plain.data['rehearsal']).toBeUndefined();
    const { data, text } = await run([
      TIED,
      WALK,
      '--rehearse',
      '--window',
      '100',
      '--cost-bps',
      '1',
      '--spread',
      'kalman',
    ]);
    const rehearsal = data['rehearsal'] as { bars: number; phase: string; trades: unknown[]; netBps: number };
    expect(rehearsal.bars).toBe(BARS);
    expect(rehearsal.trades.length).toBeGreaterThan(0);
    expect(text).toContain(`${rehearsal.netBps.toFixed(1)} bps after`);
    expect(text).toContain('no order is sent, and nothing in Parallax trades by this rule');
    const short = await run([TIED, WALK, '--rehearse', '--window', '500']);
    expect(short.text).toContain('no trades. There are fewer bars than its window.');
  });

  it('takes longer bars than the files have', async () => {
    const { data } = await run([TIED, WALK, '--bar', '900']);
    expect(data).toMatchObject({ stepUs: 900 * US_PER_SECOND });
    expect(data['bars']).toBeGreaterThan(BARS / 3 - 2);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['one file', [WALK], /FILE_B: is missing: the other one, or the same file twice/],
    ['a market and itself', [WALK, WALK], /is an exact combination of the other series/],
    ['lags that are none', [TIED, WALK, '--lags', 'some'], /--lags: "some" is neither a number nor a way/],
    [
      'more lags than the bars bear',
      [TIED, WALK, '--lags', '300'],
      /lags: "300" is not a whole number from 0 to 100/,
    ],
    [
      'a trend that is none',
      [TIED, WALK, '--trend', 'n'],
      /--trend: "n" is none of its values. Use one of c, ct, ctt/,
    ],
    [
      'an option of a rehearsal without one',
      [TIED, WALK, '--window', '100'],
      /--window: means nothing without --rehearse\. Add --rehearse/,
    ],
    [
      'a window that is none',
      [TIED, WALK, '--rehearse', '--window', '10'],
      /--window: "10" is not a whole number from 60/,
    ],
    [
      'a spread that is none',
      [TIED, WALK, '--rehearse', '--spread', 'x'],
      /--spread: "x" is none of its values. Use one of regression, kalman/,
    ],
    ['a tape', ['x.tape', WALK], /"x\.tape" is a tape/],
    ['no file', [join(files, 'none.csv'), WALK], /none\.csv/],
  ])('refuses %s', async (_, args, message) => {
    await expect(run(args)).rejects.toThrow(message);
  });

  it('asks which market of a recording is meant', async () => {
    const log = recording();
    await expect(run([log, WALK])).rejects.toThrow(
      /--symbol-a: does not decide which of the markets .* Choose one of WALK\/USD@made, TIED\/USD@made/,
    );
    await expect(run([log, log, '--symbol-a', 'WALK/USD', '--symbol-b', 'ADA/USD'])).rejects.toThrow(
      /--symbol-b: "ADA\/USD" is not in/,
    );
  });

  it.runIf(HAS_SHARED_DATA)('agrees with statsmodels 0.15.0 on 20 days of recorded candles', async () => {
    const candles = (base: string): string => sharedFile(`candles/${base}_BTC-5m.csv.gz`);
    const { data } = await run([candles('ETH'), candles('LTC')]);
    expect(data['bars']).toBe(5_760);
    const of = (name: string) => data[name] as Record<string, number>;
    expect(of('cointegration')['statistic']).toBeCloseTo(-1.70206028626676, 6);
    expect(of('cointegration')['pValue']).toBeCloseTo(0.6759629921004991, 6);
    expect(of('reverse')['statistic']).toBeCloseTo(-2.240209189237739, 6);
    expect(of('unitRootA')['statistic']).toBeCloseTo(-1.4878200396388366, 6);
    expect(of('unitRootA')['lags']).toBe(13);
  });
});
