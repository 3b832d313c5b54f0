import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BOOK, CsvRig } from '../testing/csv-rig.ts';
import { CSV_LAYOUTS } from './csv-layouts.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-layouts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const rig = new CsvRig(folder);

const T0 = Date.UTC(2024, 0, 1) * 1_000;
const MINUTE = 60_000_000;
const TARDIS = 'exchange,symbol,timestamp,local_timestamp';
const ROW = 'binance,BTCUSDT,1704067200000000,1704067200005000';

type Made = {
  readonly name: string;
  readonly rows: readonly string[];
  readonly change?: object;
  /** False where a file can be of another source as well, so that the name must be given. */
  readonly isRecognised?: boolean;
  readonly events: readonly object[];
};

const trade = (tUs: number, price: string, qty: string, side = 'buy') => ({
  kind: 'trade',
  tUs,
  price,
  qty,
  side,
});
const book = (tUs: number, bids: string[][], asks: string[][]) => ({ kind: 'snapshot', tUs, bids, asks });
const anyBook = (tUs: number) => ({ kind: 'snapshot', tUs });

/** Rows made in the layout of each source. */
const MADE: readonly Made[] = [
  {
    name: 'binance-klines',
    rows: [
      '1735689600000000,93576.00,93610.93,93537.50,93610.93,8.21827,1735689659999999,768978.00,2631,3.95157,369757.32,0',
      '1735689660000000,93610.93,93652.00,93606.20,93652.00,10.03654,1735689719999999,939778.00,1926,7.25,679000.10,0',
    ],
    change: BOOK,
    events: [
      trade(Date.UTC(2025, 0, 1, 0, 1) * 1_000, '93610.93', '8.21827'),
      anyBook(Date.UTC(2025, 0, 1, 0, 1) * 1_000),
      trade(Date.UTC(2025, 0, 1, 0, 2) * 1_000, '93652.00', '10.03654'),
      anyBook(Date.UTC(2025, 0, 1, 0, 2) * 1_000),
    ],
  },
  {
    name: 'binance-trades',
    rows: [
      '51175358,17.8018,5.69,101.29,1704067200433,True,True',
      '51175359,17.8019,1,17.8,1704067200433,False,True',
    ],
    change: BOOK,
    events: [
      trade(T0 + 433_000, '17.8018', '5.69', 'sell'),
      anyBook(T0 + 433_000),
      trade(T0 + 433_000, '17.8019', '1', 'buy'),
      anyBook(T0 + 433_000),
    ],
  },
  {
    name: 'binance-aggtrades',
    rows: ['26129,0.0163,4.7,27781,27782,1704067200000,True,True'],
    change: BOOK,
    events: [trade(T0, '0.0163', '4.7', 'sell'), anyBook(T0)],
  },
  {
    name: 'binance-futures-trades',
    rows: ['5,100.5,2,201,1704067200000,false'],
    change: BOOK,
    events: [trade(T0, '100.5', '2', 'buy'), anyBook(T0)],
  },
  {
    name: 'binance-futures-aggtrades',
    rows: ['5,100.5,2,7,9,1704067200000,true'],
    change: BOOK,
    events: [trade(T0, '100.5', '2', 'sell'), anyBook(T0)],
  },
  {
    name: 'binance-bookticker',
    rows: [
      'update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time',
      '3831603310013,2474.30,6.009,2474.31,44.757,1704067200000,1704067200005',
    ],
    events: [{ ...book(T0 + 5_000, [['2474.30', '6.009']], [['2474.31', '44.757']]), venueUs: T0 }],
  },
  {
    name: 'kraken-ohlcvt',
    rows: [
      '1704067200,42283.5,42290.0,42280.1,42283.58,1.5,12',
      '1704067260,42283.58,42284.0,42280.1,42281.23,0.5,3',
    ],
    change: BOOK,
    events: [
      trade(T0 + MINUTE, '42283.58', '1.5'),
      anyBook(T0 + MINUTE),
      trade(T0 + 2 * MINUTE, '42281.23', '0.5'),
      anyBook(T0 + 2 * MINUTE),
    ],
  },
  {
    name: 'kraken-trades',
    rows: ['1704067200.1234,42283.5,0.01'],
    change: BOOK,
    isRecognised: false,
    events: [trade(T0 + 123_400, '42283.5', '0.01'), anyBook(T0 + 123_400)],
  },
  {
    name: 'tardis-quotes',
    rows: [`${TARDIS},ask_amount,ask_price,bid_price,bid_amount`, `${ROW},0.5,100.6,100.5,2`],
    events: [{ ...book(T0 + 5_000, [['100.5', '2']], [['100.6', '0.5']]), venueUs: T0 }],
  },
  {
    name: 'tardis-trades',
    rows: [`${TARDIS},id,side,price,amount`, `${ROW},1,sell,100.6,0.25`],
    change: BOOK,
    events: [{ ...trade(T0 + 5_000, '100.6', '0.25', 'sell'), venueUs: T0 }, anyBook(T0 + 5_000)],
  },
  {
    name: 'tardis-book',
    rows: [
      `${TARDIS},is_snapshot,side,price,amount`,
      `${ROW},false,bid,90,1`,
      `${ROW.replace('5000', '6000')},true,bid,99,1`,
      `${ROW.replace('5000', '6000')},true,ask,100,2`,
      `${ROW.replace('5000', '7000')},false,ask,100,0`,
      `${ROW.replace('5000', '7000')},false,ask,101,3`,
    ],
    events: [
      book(T0 + 6_000, [['99', '1']], [['100', '2']]),
      {
        kind: 'delta',
        tUs: T0 + 7_000,
        bids: [],
        asks: [
          ['100', '0'],
          ['101', '3'],
        ],
        venueUs: T0,
      },
    ],
  },
  {
    name: 'tardis-book-snapshot',
    rows: [
      `${TARDIS},asks[0].price,asks[0].amount,bids[0].price,bids[0].amount,asks[1].price,asks[1].amount,bids[1].price,bids[1].amount`,
      `${ROW},100,1,99,2,101,3,,`,
    ],
    events: [
      book(
        T0 + 5_000,
        [['99', '2']],
        [
          ['100', '1'],
          ['101', '3'],
        ],
      ),
    ],
  },
  {
    name: 'cryptodatadownload',
    rows: [
      'https://www.CryptoDataDownload.com',
      'unix,date,symbol,open,high,low,close,Volume BTC,Volume USD',
      '1704067320000,2024-01-01 00:02:00,BTC/USD,1.10,2.25,1.00,2.22,7,16',
      '1704067260000,2024-01-01 00:01:00,BTC/USD,1.10,2.25,1.00,2.21,6,15',
      '1704067200000,2024-01-01 00:00:00,BTC/USD,1.10,2.25,1.00,2.20,5,14',
    ],
    change: BOOK,
    events: [5, 6, 7].flatMap((qty, at) => [
      trade(T0 + (at + 1) * MINUTE, `2.2${at}`, String(qty)),
      anyBook(T0 + (at + 1) * MINUTE),
    ]),
  },
  {
    name: 'histdata-bars',
    rows: [
      '20240101 000000;1.306600;1.306610;1.306560;1.306570;0',
      '20240101 000100;1.306570;1.306570;1.306470;1.306560;0',
    ],
    change: BOOK,
    // Eastern Standard Time is five hours behind UTC.
    events: [anyBook(T0 + 300 * MINUTE + MINUTE), anyBook(T0 + 300 * MINUTE + 2 * MINUTE)],
  },
  {
    name: 'histdata-ticks',
    rows: ['20240101 000003660,1.306600,1.306770,0'],
    change: { depth: '3' },
    events: [book(T0 + 300 * MINUTE + 3_660_000, [['1.306600', '3']], [['1.306770', '3']])],
  },
  {
    name: 'histdata-mt',
    rows: [
      '2024.01.01,00:00,1.3066,1.3067,1.3065,1.3066,0',
      '2024.01.01,00:01,1.3066,1.3067,1.3065,1.3066,0',
    ],
    change: BOOK,
    isRecognised: false,
    events: [anyBook(T0 + 300 * MINUTE + MINUTE), anyBook(T0 + 300 * MINUTE + 2 * MINUTE)],
  },
  {
    name: 'dukascopy-bars',
    rows: [
      'Gmt time,Open,High,Low,Close,Volume',
      '01.01.2024 00:00:00.000,1.10427,1.10429,1.10425,1.10429,24.8',
      '01.01.2024 00:01:00.000,1.10427,1.10429,1.10425,1.10428,4.5',
    ],
    change: BOOK,
    events: [
      trade(T0 + MINUTE, '1.10429', '24.8'),
      anyBook(T0 + MINUTE),
      trade(T0 + 2 * MINUTE, '1.10428', '4.5'),
      anyBook(T0 + 2 * MINUTE),
    ],
  },
  {
    name: 'dukascopy-ticks',
    rows: ['Local time,Ask,Bid,AskVolume,BidVolume', '01.01.2024 01:00:00.123 GMT+0100,1.2,1.1,2.25,0.75'],
    events: [book(T0 + 123_000, [['1.1', '0.75']], [['1.2', '2.25']])],
  },
  {
    name: 'mt5-bars',
    rows: [
      '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>',
      '2024.01.01\t00:00:00\t1.10427\t1.10429\t1.10425\t1.10429\t35\t0\t7',
      '2024.01.01\t00:01:00\t1.10427\t1.10429\t1.10425\t1.10428\t12\t0\t7',
    ],
    change: BOOK,
    events: [anyBook(T0 + MINUTE), anyBook(T0 + 2 * MINUTE)],
  },
  {
    name: 'mt5-ticks',
    rows: [
      '<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>',
      '2024.01.01\t00:00:00.100\t1.1\t\t\t\t2',
      '2024.01.01\t00:00:00.200\t\t1.2\t\t\t4',
      '2024.01.01\t00:00:00.300\t1.15\t\t\t\t2',
    ],
    change: { depth: '1' },
    events: [
      book(T0 + 200_000, [['1.1', '1']], [['1.2', '1']]),
      book(T0 + 300_000, [['1.15', '1']], [['1.2', '1']]),
    ],
  },
];

describe('layouts of well-known sources', () => {
  it('each has rows made for it here', () => {
    expect(MADE.map(({ name }) => name).toSorted()).toEqual(CSV_LAYOUTS.map(({ name }) => name).toSorted());
  });

  it.each(MADE)('$name is read by its name, and by itself where it is certain', async (made) => {
    const { name, rows, change = {}, isRecognised = true, events } = made;
    const text = `${rows.join('\r\n')}\r\n`;
    const named = await rig.import(text, { ...change, layout: name });
    expect(named.events).toMatchObject(events);
    expect(named.events).toHaveLength(events.length);
    if (!isRecognised) {
      await expect(rig.import(text, change)).rejects.toThrow(new RegExp(`has no header.*--layout .*${name}`));
      return;
    }
    const found = await rig.import(text, change);
    expect(found.events).toEqual(named.events);
    expect(found.report.assumptions.join(' ')).toContain(`Read as ${name}`);
  });

  it('is refused where it does not fit, and where there is none of the name', async () => {
    const quotes = 'time,bid,ask\n1704067200,1,2\n';
    await expect(rig.import(quotes, { layout: 'tardis-quotes' })).rejects.toThrow(
      /is not the header of tardis-quotes/,
    );
    await expect(rig.import('1704067200,1,2\n', { layout: 'kraken-ohlcvt' })).rejects.toThrow(
      /has 3 fields, and kraken-ohlcvt has 7/,
    );
    await expect(rig.import(quotes, { layout: 'tardus' })).rejects.toThrow(
      /--layout: "tardus" is not a layout. Layouts: binance-klines/,
    );
  });

  it('a column that names a zone with summer time is not read as UTC', async () => {
    const text = 'Time (EET),Ask,Bid,AskVolume,BidVolume\n2024.01.01 02:00:00,1.2,1.1,2,1\n';
    await expect(rig.import(text)).rejects.toThrow(/"Time \(EET\)" names the zone EET/);
    const { events } = await rig.import(text, {
      zoneUs: 2 * 3_600_000_000,
      columns: new Map([['time', 'Time (EET)']]),
    });
    expect(events).toMatchObject([{ tUs: T0 }]);
  });
});
