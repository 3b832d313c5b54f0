import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync, zstdCompressSync, crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { BARS, BOOK, CsvRig } from '../testing/csv-rig.ts';
import { isCapture } from './capture-records.ts';
import { csvNumber } from './csv-number.ts';
import { textOf } from './text-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-tables-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const rig = new CsvRig(folder);
const QUOTES = 'time,bid,ask,bid_size,ask_size';
const bidsOf = ({ events }: Awaited<ReturnType<typeof rig.import>>) =>
  events.map((event) => (event.kind === 'snapshot' ? event.bids[0]?.[0] : event.kind));

describe('instruments of one file', () => {
  const two = (column: string, first: string, second: string): string =>
    `time,${column},bid,ask,bid_size,ask_size\n1700000000,${first},60000,60001,1,1\n1700000001,${second},3000,3001,1,1\n1700000002,${first},60002,60003,1,1\n`;

  it.each([
    'symbol',
    'Ticker',
    'pair',
    'instrument',
    'exchange',
    'market',
    'asset',
    'name',
    'tic',
    'product_id',
    'instId',
    'base',
    'interval',
    'id',
  ])('two values of %s are never one book', async (column) => {
    await expect(rig.import(two(column, 'AAA', 'BBB'))).rejects.toThrow(
      new RegExp(`column ${column}: has several values: AAA, BBB.*--only "${column}=AAA"`),
    );
    const one = await rig.import(two(column, 'AAA', 'BBB'), { only: new Map([[column, 'BBB']]) });
    expect(bidsOf(one)).toEqual(['3000']);
  });

  it('the rows that --symbol names are taken, however they are written', async () => {
    for (const [first, second] of [
      ['BTC-USD', 'ETH-USD'],
      ['XBTUSD', 'ETHUSD'],
      ['btc_usd', 'eth_usd'],
    ] as const) {
      const found = await rig.import(two('symbol', first, second));
      expect(bidsOf(found)).toEqual(['60000', '60002']);
      expect(found.report.assumptions.join(' ')).toContain(`Only rows with symbol ${first} are read`);
    }
  });

  it('XBT and BTC are one asset: under either name of the option, and never two books of one file', async () => {
    const rows = two('symbol', 'XBTUSD', 'ETHUSD');
    for (const symbol of ['XBT/USD', 'BTC/USD']) {
      const { report, header } = await rig.import(rows, { symbol });
      expect(report.assumptions.join(' ')).toContain('Only rows with symbol XBTUSD are read');
      expect(header.instruments[0]).toMatchObject({ symbol: 'BTC/USD', base: 'BTC' });
    }
    const { report } = await rig.import(rows, { symbol: 'XBT/USD' });
    expect(report.assumptions[0]).toBe('XBT/USD is imported under its current name, BTC/USD.');
    for (const symbol of ['XBT/USD', 'BTC/USD']) {
      await expect(rig.import(two('symbol', 'XBTUSD', 'BTCUSD'), { symbol })).rejects.toThrow(
        /column symbol: has several values: XBTUSD, BTCUSD/,
      );
    }
  });

  it('a column of another name is rejected where prices alternate, and reported where they do not', async () => {
    await expect(rig.import(two('kontrakt', 'AAA', 'BBB'))).rejects.toThrow(
      /column kontrakt: has several values \(AAA, BBB\), and prices jump by more than half 2 times/,
    );
    const calm = await rig.import(two('remark', 'AAA', 'BBB').replace('3000,3001', '60000,60001'));
    expect(calm.report.warnings.join(' ')).toMatch(/Column remark has several values \(AAA, BBB\)/);
  });

  it('one name that is another pair is reported', async () => {
    const { report } = await rig.import(
      `time,symbol,bid,ask,bid_size,ask_size\n1700000000,ETHUSDT,1,2,1,1\n`,
    );
    expect(report.assumptions.join(' ')).toContain('The file calls it ETHUSDT');
    await expect(
      rig.import(two('symbol', 'AAA', 'BBB'), { only: new Map([['symbol', 'CCC']]) }),
    ).rejects.toThrow(/--only symbol: "CCC" is in no row. Found: AAA, BBB/);
  });
});

describe('numbers', () => {
  it.each([
    ['4.8100000000000005', '4.81'],
    ['5.330000000000001e-05', '0.0000533'],
    ['0.047500099999999996', '0.0475001'],
    ['0.30000000000000004', '0.3'],
    ['1234.5600000000013', '1234.56'],
  ])('%s has the noise of a float: it is %s', (text, clean) => {
    expect(csvNumber(text, 'point')).toEqual({ text: clean, wasNoise: true });
  });

  it.each([
    ['0.1234567890123456', '0.1234567890123456'],
    ['431401.97869504', '431401.97869504'],
    ['1e-7', '0.0000001'],
    ['1.5E3', '1500'],
    ['+1.50', '1.50'],
    ['007.5', '7.5'],
    ['.5', '0.5'],
  ])('%s is what it says: %s', (text, plain) => {
    expect(csvNumber(text, 'point')).toEqual({ text: plain, wasNoise: false });
  });

  it.each(['', '-1', 'NaN', 'inf', '1,5', '1 000', "1'000", '0x10', '1e400', '1.2.3', '60,000.5', '5-'])(
    '%s is none',
    (text) => {
      expect(csvNumber(text, 'point')).toBeUndefined();
    },
  );

  it('commas before fractions are known by the file, and asked for where they may be thousands', async () => {
    expect(bidsOf(await rig.import('time;bid;ask;bid_size;ask_size\n1700000000;1,5;1,75;1;1\n'))).toEqual([
      '1.5',
    ]);
    const unclear = 'time;bid;ask;bid_size;ask_size\n1700000000;60,000;60,001;1;1\n';
    await expect(rig.import(unclear)).rejects.toThrow(
      /"60,001" may have a decimal comma or a thousands separator.*--decimal comma/,
    );
    expect(bidsOf(await rig.import(unclear, { decimal: 'comma' }))).toEqual(['60.000']);
    await expect(rig.import(`${QUOTES}\n1700000000,"60,000.5","60,001.5",1,1\n`)).rejects.toThrow(
      /without thousands separators/,
    );
  });

  it('what is too fine or too large for a book is refused by row and column, and --tick and --lot round and count', async () => {
    const fine = `${BARS}\n2024-01-01 00:00,4.8,4.9,4.7,4.8,1\n2024-01-01 00:01,4.8,4.9,4.7,4.8123456789012345,1\n`;
    await expect(rig.import(fine, BOOK)).rejects.toThrow(
      /row 3, column close: "4\.8123456789012345" has 16 decimals.*--tick/,
    );
    const { report, events } = await rig.import(fine, { ...BOOK, tickSize: '0.0001' });
    expect(report.assumptions.join(' ')).toMatch(
      /One number was rounded.*row 3, column close: 4\.8123456789012345 to 4\.8123/,
    );
    expect(events.at(-2)).toMatchObject({ kind: 'trade', price: '4.8123' });
    const large = `${QUOTES}\n1700000000,1,2,1,123456789012.12345678\n`;
    await expect(rig.import(large)).rejects.toThrow(
      /row 2, column ask_size: "123456789012\.12345678" is too large.*--lot/,
    );
    const cut = await rig.import(large, { lotSize: '0.01' });
    expect(cut.events).toMatchObject([{ asks: [['2', '123456789012.12']] }]);
    // A bid is rounded down and an ask up: never closer than they were.
    const quote = await rig.import(`${QUOTES}\n1700000000,1.26,1.31,1,1\n`, { tickSize: '0.1' });
    expect(quote.events).toMatchObject([{ bids: [['1.2', '1']], asks: [['1.4', '1']] }]);
  });
});

describe('columns and rows', () => {
  it('volumes of either asset are known apart, and what is not used is reported', async () => {
    const text =
      'date,open,high,low,close,Volume BTC,Volume USD,tradecount\n2024-01-01,1,2,1,2,5,10,3\n2024-01-02,1,2,1,2,6,12,3\n';
    const { events, report } = await rig.import(text, BOOK);
    expect(events.filter(({ kind }) => kind === 'trade')).toMatchObject([{ qty: '5' }, { qty: '6' }]);
    expect(report.assumptions.join(' ')).toContain('Unused columns: Volume USD, tradecount.');
    const other = await rig.import(text, { ...BOOK, symbol: 'ETH/EUR' });
    expect(other.report.assumptions.join(' ')).toMatch(
      /Unused columns: Volume BTC.*has no volumes: no trades are written/,
    );
    const named = await rig.import(text, {
      ...BOOK,
      symbol: 'ETH/EUR',
      columns: new Map([['volume', 'Volume USD']]),
    });
    expect(named.events[0]).toMatchObject({ kind: 'trade', qty: '10' });
  });

  it('an index without a name is the time, where there is no other', async () => {
    const rows = (first: string, second: string): string =>
      `,open,high,low,close,volume\n${first},1,2,1,2,5\n${second},1,2,1,2,5\n`;
    for (const [first, second] of [
      ['2024-01-01 00:00:00+00:00', '2024-01-01 00:01:00+00:00'],
      ['1704067200000', '1704067260000'],
    ] as const) {
      const { events } = await rig.import(rows(first, second), BOOK);
      expect(events[0]).toMatchObject({ tUs: Date.UTC(2024, 0, 1, 0, 1) * 1_000 });
    }
    await expect(rig.import(rows('0', '1'), BOOK)).rejects.toThrow(/row 2, column .*: "0" is not a time/);
    const counted = await rig.import(',time,bid,ask,bid_size,ask_size\n0,1704067200,1,2,1,1\n', {});
    expect(counted.report.fromUs).toBe(Date.UTC(2024, 0, 1) * 1_000);
  });

  it('a date and a time of day may lie in two columns', async () => {
    const { report } = await rig.import('Date,Time,bid,ask,bid_size,ask_size\n2024-01-01,12:30:00,1,2,1,1\n');
    expect(report.fromUs).toBe(Date.UTC(2024, 0, 1, 12, 30) * 1_000);
  });

  it('quotes, line breaks, marks and separators are read strictly', async () => {
    const odd =
      '\uFEFFsep=;\r\ntime;bid;ask;bid_size;ask_size;remark\r\n1700000000;1;2;1;1;"a;""b""\nc"\r\n\r\n1700000001;"1";2;1;1;\r\n';
    expect((await rig.import(odd)).events).toHaveLength(2);
    await expect(rig.import(`${QUOTES}\n1700000000,"1"5,20,1,1\n`)).rejects.toThrow(
      /row 2: has text behind a closing quote/,
    );
    await expect(rig.import(`${QUOTES}\n1700000000,1"5,20,1,1\n`)).rejects.toThrow(
      /row 2: has a quote in the middle of a field/,
    );
    await expect(rig.import(`${QUOTES}\n1700000000,"15,20,1,1\n`)).rejects.toThrow(
      /row 2: opens a quote that is never closed/,
    );
  });

  it('rows at fault are left out and counted when that is asked for', async () => {
    const rows = [
      '1700000000,1,2,1,1',
      '1700000001,2,2,1,1',
      '1700000002,1,2,0,1',
      '1700000003,,2,1,1',
      '1699999999,1,2,1,1',
      '1700000004,1,2,1',
    ];
    const good = ['1700000005,1,2,1,1', '1700000006,1,2,1,1', '1700000007,1,2,1,1', '1700000008,1,2,1,1'];
    const text = [QUOTES, ...rows, ...good].join('\n');
    await expect(rig.import(text)).rejects.toThrow(/row 3, column bid: "2" is not below the ask.*--skip-bad/);
    const { report, events } = await rig.import(text, { skipBad: true });
    expect(events).toHaveLength(5);
    expect(report.warnings).toHaveLength(5);
    expect(report.warnings[0]).toMatch(
      /^One row is left out, such as .* row 3, column bid: "2", which is not below the ask/,
    );
    await expect(rig.import([QUOTES, ...rows].join('\n'), { skipBad: true })).rejects.toThrow(
      /has 5 of 6 rows invalid/,
    );
  });
});

describe('files', () => {
  const text = `${QUOTES}\n1700000000,1,2,1,1\n`;

  it('are plain, gzip, zstd, zip, UTF-8 or UTF-16, whatever they are called', async () => {
    for (const content of [
      text,
      gzipSync(text),
      zstdCompressSync(text),
      zipOf({ 'q.csv': text }),
      Buffer.from(`\uFEFF${text}`, 'utf16le'),
    ]) {
      expect((await rig.import(content as string)).events).toHaveLength(1);
    }
    const path = rig.path('.zip');
    writeFileSync(path, zipOf({ 'q.csv': text }));
    expect(await isCapture(path)).toBe(false);
  });

  it('of an archive one is chosen, and what lies around it does not count', async () => {
    const several = zipOf({
      'a.csv': text,
      'b.csv': text.replace('1,2,1,1', '3,4,1,1'),
      '__MACOSX/._a.csv': 'x',
    });
    await expect(rig.import(several)).rejects.toThrow(
      /has 2 files\. Choose one with --entry NAME: a\.csv, b\.csv/,
    );
    expect(bidsOf(await rig.import(several, { entry: 'b.csv' }))).toEqual(['3']);
    await expect(rig.import(several, { entry: 'c.csv' })).rejects.toThrow(/has no file named "c\.csv"/);
    await expect(rig.import(zipOf({ '[Content_Types].xml': '', 'xl/a.xml': '' }))).rejects.toThrow(
      /is an Excel workbook/,
    );
    await expect(rig.import(text, { entry: 'a.csv' })).rejects.toThrow(/--entry applies to zip archives/);
  });

  it('that grow beyond all measure are refused before they are read', async () => {
    const bomb = 'a'.repeat(80 * 2 ** 20);
    for (const content of [gzipSync(bomb), zipOf({ 'q.csv': bomb }), zstdCompressSync(bomb)]) {
      const path = rig.path('.gz');
      writeFileSync(path, content);
      const reading = async (): Promise<void> => {
        for await (const part of textOf({ path })) expect(part).not.toBe('');
      };
      await expect(reading()).rejects.toThrow(/unpacks to more than 500 times its \d+ bytes/);
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0), /is empty/],
    ['a header alone', Buffer.from(`${QUOTES}\n`), /has no rows/],
    ['half a gzip', gzipSync(text.repeat(50)).subarray(0, -9), /is truncated/],
    [
      'bytes behind a gzip',
      Buffer.concat([gzipSync(text), Buffer.from('xx')]),
      /after the end of its gzip data|is damaged/,
    ],
    [
      'Latin-1',
      Buffer.from(`${QUOTES},\u00b5\n1700000000,1,2,1,1,1\n`, 'latin1'),
      /is neither UTF-8 nor UTF-16/,
    ],
    ['zero bytes', Buffer.from(`${QUOTES}\n17000\0`), /is not text/],
    ['Parquet', Buffer.from('PAR1....'), /is a Parquet file/],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), /is an xz file/],
    ['a broken zip', Buffer.from('PK\u0003\u0004broken'), /is damaged/],
  ])('with %s are refused', async (_, content, message) => {
    await expect(rig.import(content)).rejects.toThrow(message);
  });
});

/** A zip archive of these files, made here: local headers, a central directory, and its end. */
function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [label, raw] = [Buffer.from(name), Buffer.from(text)];
    const packed = deflateRawSync(raw);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(label.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, label, packed]);
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, tail, label]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\u0005\u0006'), end]);
}
