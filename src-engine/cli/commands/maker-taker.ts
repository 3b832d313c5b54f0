/** What quoting at one venue and hedging at another would have done over recordings. The kernel trades the same rule on paper (kernel/maker-desk.ts). */
import { openSource } from '../../backtest/backtest.ts';
import { type Rehearsal, rehearseMakerTaker } from '../../backtest/maker-taker/rehearsal.ts';
import { DEFAULT_LIMITS } from '../../domain/limits.ts';
import { decimal, type Decimal, isDecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { US_PER_MS } from '../../domain/time.ts';
import { DEFAULT_MAKER_TAKER } from '../../strategies/maker-taker/maker-taker.ts';
import { DEFAULT_LATENCY } from '../../venues/simulated/latency-model.ts';
import { DEFAULT_FILLS, QUEUE_MODELS } from '../../venues/simulated/resting-orders.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  numberOption,
  textOption,
} from '../command.ts';

const HEDGE_AFTER = ['fill', 'order-end'] as const;

export const makerTaker: Command = {
  name: 'maker-taker',
  words: [
    { name: 'LOG', words: 'market logs of both venues, as record and import make them', count: 'some' },
  ],
  options: {
    symbol: { value: 'PAIR', words: 'the market, which both venues have', example: 'BTC/USDT' },
    'quote-at': { value: 'VENUE', words: 'where quotes rest', example: 'simulated' },
    'hedge-at': { value: 'VENUE', words: 'where their fills are hedged', example: 'sim-binance' },
    qty: { value: 'AMOUNT', words: 'most base of a quote', example: '0.05' },
    'max-naked': {
      value: 'AMOUNT',
      words: 'most base that is not hedged at a time',
      usual: 'that of --qty',
      example: '0.05',
    },
    base: {
      value: 'AMOUNT',
      words: 'base that lies at each venue at the start',
      usual: 'ten times --qty',
      example: '1',
    },
    quote: {
      value: 'AMOUNT',
      words: 'quote that lies at each venue at the start',
      usual: '100000',
      example: '5000',
    },
    'edge-bps': {
      value: 'N',
      words: 'least edge after both fees',
      range: { min: 0, max: 1_000 },
      usual: DEFAULT_MAKER_TAKER.edgeBps,
      example: '5',
    },
    'skew-bps': {
      value: 'N',
      words: 'by how much more a side asks that takes base to where it lies already',
      range: { min: 0, max: 1_000 },
      usual: DEFAULT_MAKER_TAKER.skewBps,
      example: '4',
    },
    'fee-bps': {
      value: 'N',
      words: 'taker fee at both venues in place of theirs; quotes are charged it too',
      range: { min: 0, max: 9_999 },
      usual: 'what the logs list',
      example: '2',
    },
    'latency-ms': {
      value: 'N',
      words: 'one way to each venue',
      range: { min: 0, max: 60_000 },
      usual: 'seeded, from 15 ms on',
      example: '50',
    },
    queue: {
      value: '',
      words: 'who cancels in the queue that a quote rests in: those behind it, or all evenly',
      choices: QUEUE_MODELS,
      usual: DEFAULT_FILLS.queue,
    },
    'hedge-after': {
      value: '',
      words: 'a fill is hedged at once, or only once the end of its order is confirmed',
      choices: HEDGE_AFTER,
      usual: DEFAULT_MAKER_TAKER.hedgeAfter,
    },
    'ping-pong': { words: 'after a side has filled it waits until the other has brought the base back' },
    seed: {
      value: 'N',
      words: 'of the latencies',
      range: { min: 0, max: 2 ** 31, integer: true },
      usual: 1,
      example: '7',
    },
  },
  examples: [
    'maker-taker east.jsonl.gz west.jsonl.gz --symbol BTC/USDT --quote-at simulated --hedge-at sim-binance --qty 0.05',
  ],
  async run(args, output) {
    const latencyMs = numberOption(args, 'latency-ms');
    const [makerVenue, hedgeVenue] = [needed(args, 'quote-at'), needed(args, 'hedge-at')];
    if (makerVenue === hedgeVenue) throw sameVenue(makerVenue);
    const qty = amountOf(args, 'qty');
    const source = await openSource({ logs: args.positionals, feeBps: numberOption(args, 'fee-bps') });
    try {
      const found = await rehearseMakerTaker(source, {
        symbol: needed(args, 'symbol'),
        makerVenue,
        hedgeVenue,
        settings: {
          ...DEFAULT_MAKER_TAKER,
          edgeBps: numberOption(args, 'edge-bps') ?? DEFAULT_MAKER_TAKER.edgeBps,
          skewBps: numberOption(args, 'skew-bps') ?? DEFAULT_MAKER_TAKER.skewBps,
          hedgeAfter: choiceOption(args, 'hedge-after', HEDGE_AFTER) ?? DEFAULT_MAKER_TAKER.hedgeAfter,
          pingPong: flagOption(args, 'ping-pong'),
          maxQty: qty,
          maxNaked: amountOf(args, 'max-naked', qty),
        },
        base: amountOf(args, 'base', qty.times(10)),
        quote: amountOf(args, 'quote', decimal('100000')),
        latency: latencyMs === undefined ? DEFAULT_LATENCY : { minUs: latencyMs * US_PER_MS, tailUs: 0 },
        fills: { queue: choiceOption(args, 'queue', QUEUE_MODELS) ?? DEFAULT_FILLS.queue },
        seed: numberOption(args, 'seed') ?? 1,
        maxBookAgeMs: DEFAULT_LIMITS.maxBookAgeMs,
      });
      output.result(recordOf(found), describe(found));
      return EXIT_DONE;
    } finally {
      await source.close();
    }
  },
};

function needed(args: CommandArgs, name: string): string {
  const text = textOption(args, name);
  if (text !== undefined && text !== '') return text;
  throw new UserError({
    code: 'missing-option',
    field: `--${name}`,
    message: 'is needed',
    remedy: 'See parallax maker-taker --help.',
  });
}

function sameVenue(venue: string): UserError {
  return new UserError({
    code: 'bad-option',
    field: '--hedge-at',
    value: venue,
    message: 'is where the quotes rest',
    remedy: 'Name another venue of the recordings.',
  });
}

function amountOf(args: CommandArgs, name: string, usual?: Decimal): Decimal {
  const text = usual === undefined ? needed(args, name) : textOption(args, name);
  if (text === undefined && usual !== undefined) return usual;
  const value = text !== undefined && text.length <= 40 && isDecimalText(text) ? decimal(text) : undefined;
  if (value !== undefined && value.gt(0)) return value;
  throw new UserError({
    code: 'bad-option',
    field: `--${name}`,
    value: text ?? '',
    message: 'is not an amount above zero',
    remedy: 'Write plain digits such as 0.05.',
  });
}

/** Amounts as exact text. */
function recordOf({ quotedBase, profit, mostNaked, openBase, ...counts }: Rehearsal) {
  const texts = { quotedBase, profit, mostNaked, openBase };
  return {
    ...counts,
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value.toFixed()])),
  };
}

function describe(found: Rehearsal): string {
  const {
    quotes,
    cancels,
    quoteFills,
    hedges,
    hedgeMisses,
    quotedBase,
    profit,
    mostNaked,
    longestNakedUs,
    openBase,
  } = found;
  return [
    `${quotes} quotes, ${cancels} cancels; ${quoteFills} fills of quotes, ${quotedBase.toFixed()} base`,
    `${hedges} hedges, ${hedgeMisses} found nothing`,
    `profit ${profit.toFixed(4)} in quote, fees included; base at the last middle price of the hedge’s venue`,
    `at most ${mostNaked.toFixed()} base was not hedged, for at most ${(longestNakedUs / US_PER_MS).toFixed(0)} ms; ${openBase.toFixed()} is left`,
    'Quotes are charged the taker fee. No other trader reacts to these orders: a rehearsal is kinder than a market.',
  ].join('\n');
}
