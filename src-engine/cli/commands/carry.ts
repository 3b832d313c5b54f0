/** What a carry between spot and a perpetual would have brought over recordings, payments included. */
import { openSource } from '../../backtest/backtest.ts';
import { backtestCarry, type CarryBacktest } from '../../backtest/carry/carry-backtest.ts';
import { USUAL_STAKE } from '../../contract/funding-records.ts';
import { Decimal, decimal, type DecimalText, isDecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { type CarryTrade, netOf } from '../../strategies/carry/carry-book.ts';
import { DEFAULT_CARRY } from '../../strategies/carry/carry-strategy.ts';
import { type Command, type CommandArgs, EXIT_DONE, numberOption, textOption } from '../command.ts';
import { DEFAULT_PERPETUAL_FEE_BPS, DEFAULT_PERPETUAL_SLIP_BPS } from '../../strategies/carry/carry-costs.ts';

const USUAL_BAR_S = 60;

export const carry: Command = {
  name: 'carry',
  words: [
    {
      name: 'LOG',
      words:
        'market logs of a spot market and of perpetuals, as a recording of a session with --watch has them',
      count: 'some',
    },
  ],
  options: {
    symbol: { value: 'PAIR', words: 'the pair of both markets', example: 'BTC/USDT' },
    'spot-at': { value: 'VENUE', words: 'the spot market, where several are recorded', example: 'bybit' },
    'perp-at': { value: 'VENUE', words: 'the perpetual, where several are recorded', example: 'bybit-perp' },
    stake: { value: 'AMOUNT', words: 'of each leg, in quote', usual: USUAL_STAKE, example: '5000' },
    bar: {
      value: 'SECONDS',
      words: 'length of a bar: decisions are made at its end, and carried out at the end of the next',
      range: { min: 1, max: 86_400, integer: true },
      usual: USUAL_BAR_S,
      example: '300',
    },
    'fee-bps': {
      value: 'N',
      words: 'taker fee of the spot market in place of the recorded one',
      range: { min: 0, max: 9_999 },
      usual: 'what the logs list',
      example: '10',
    },
    'perp-fee-bps': {
      value: 'N',
      words: 'taker fee of the perpetual: no public feed lists it, so the usual one is assumed',
      range: { min: 0, max: 1_000 },
      usual: DEFAULT_PERPETUAL_FEE_BPS,
      example: '5',
    },
    'slip-bps': {
      value: 'N',
      words:
        'by how much a fill of the perpetual is worse than its best price for what is more than lies there, and than its mark where no best price is recorded',
      range: { min: 0, max: 1_000 },
      usual: DEFAULT_PERPETUAL_SLIP_BPS,
      example: '1',
    },
    'hold-hours': {
      value: 'N',
      words: 'for so long the announced rate is counted on when it is held against the costs',
      range: { min: 1, max: 2_160 },
      usual: DEFAULT_CARRY.holdHours,
      example: '24',
    },
    'min-edge-bps': {
      value: 'N',
      words: 'what an entry must leave after all costs',
      range: { min: 0, max: 1_000 },
      usual: DEFAULT_CARRY.minEdgeBps,
      example: '10',
    },
    'exit-rate-bps': {
      value: 'N',
      words: 'it is left when a payment of less is announced',
      range: { min: -100, max: 100 },
      usual: DEFAULT_CARRY.exitRateBps,
      example: '0.5',
    },
  },
  details: 'Both legs are simulated. No order is ever sent to a market of perpetuals.',
  examples: ['carry recordings/ --symbol BTC/USDT --spot-at bybit --perp-at bybit-perp'],
  async run(args, output) {
    const source = await openSource({ logs: args.positionals, feeBps: numberOption(args, 'fee-bps') });
    try {
      const perpetualFee = fraction(args, 'perp-fee-bps', DEFAULT_PERPETUAL_FEE_BPS);
      const perpetualSlip = fraction(args, 'slip-bps', DEFAULT_PERPETUAL_SLIP_BPS);
      const found = await backtestCarry(source, {
        symbol: symbolOf(args),
        spotVenue: textOption(args, 'spot-at'),
        perpetualVenue: textOption(args, 'perp-at'),
        stake: stakeOf(args),
        barUs: (numberOption(args, 'bar') ?? USUAL_BAR_S) * US_PER_SECOND,
        perpetualFee,
        perpetualSlip,
        parameters: {
          ...DEFAULT_CARRY,
          holdHours: numberOption(args, 'hold-hours') ?? DEFAULT_CARRY.holdHours,
          minEdgeBps: numberOption(args, 'min-edge-bps') ?? DEFAULT_CARRY.minEdgeBps,
          exitRateBps: numberOption(args, 'exit-rate-bps') ?? DEFAULT_CARRY.exitRateBps,
        },
      });
      output.result(recordOf(found), describe(found));
      return EXIT_DONE;
    } finally {
      await source.close();
    }
  },
};

function symbolOf(args: CommandArgs): string {
  const text = textOption(args, 'symbol');
  if (text !== undefined && text !== '') return text.toUpperCase();
  throw new UserError({
    code: 'missing-option',
    field: '--symbol',
    message: 'is needed',
    remedy: 'Write the pair of both markets, such as --symbol BTC/USDT.',
  });
}

function stakeOf(args: CommandArgs): Decimal {
  const text = textOption(args, 'stake') ?? USUAL_STAKE;
  if (isDecimalText(text) && decimal(text).gt(0)) return decimal(text);
  throw new UserError({
    code: 'bad-option',
    field: '--stake',
    value: text,
    message: 'is not an amount above zero',
    remedy: `Write plain digits, such as ${USUAL_STAKE}.`,
  });
}

function fraction(args: CommandArgs, name: string, usual: number): Decimal {
  return new Decimal(numberOption(args, name) ?? usual).div(10_000);
}

type TradeRecord = Readonly<Record<'qty' | 'fees' | 'funding' | 'net', DecimalText>> & {
  readonly fromUs: number;
  readonly toUs: number | null;
  readonly payments: number;
};

function tradeRecord(trade: CarryTrade): TradeRecord {
  const { fromUs, toUs, qty, fees, funding, payments } = trade;
  return {
    fromUs,
    toUs: toUs ?? null,
    qty: qty.toFixed(),
    fees: fees.toFixed(),
    funding: funding.toFixed(),
    net: netOf(trade).toFixed(),
    payments,
  };
}

function recordOf(found: CarryBacktest) {
  const { closedTrades, openTrade, funding, fees, realized, unrealized, ...rest } = found;
  return {
    ...rest,
    funding: funding.toFixed(),
    fees: fees.toFixed(),
    realized: realized.toFixed(),
    unrealized: unrealized?.toFixed() ?? null,
    trades: closedTrades.map(tradeRecord),
    open: openTrade === undefined ? null : tradeRecord(openTrade),
  };
}

function describe(found: CarryBacktest): string {
  const { closedTrades, openTrade, funding, fees, realized, unrealized, payments, bars, readings } = found;
  const { missingPayments, unvaluedPayments, spotVenue, perpetualVenue, fromUs, toUs, reason } = found;
  const span = `${formatTimeUs(fromUs).slice(0, 19)}Z to ${formatTimeUs(toUs).slice(0, 19)}Z`;
  const lacking = missingPayments + unvaluedPayments;
  return [
    `spot at ${spotVenue}, perpetual at ${perpetualVenue}, ${span}: ${bars} bars, ${readings} readings`,
    ...closedTrades.map((trade) => {
      const { qty, net, funding: paid, fees: cost, payments: times } = tradeRecord(trade);
      return `${formatTimeUs(trade.fromUs).slice(0, 16)}Z to ${formatTimeUs(trade.toUs ?? 0).slice(0, 16)}Z: ${qty}, ${times} payments ${paid}, fees ${cost}, net ${net}`;
    }),
    ...(openTrade === undefined
      ? [`nothing is held (${reason})`]
      : [
          `open: ${openTrade.qty.toFixed()}, ${openTrade.payments} payments ${openTrade.funding.toFixed()}, ${unrealized?.toFixed() ?? '?'} if left now without a fee`,
        ]),
    `${payments} payments brought ${funding.toFixed()}, fees were ${fees.toFixed()}, realized ${realized.toFixed()}`,
    ...(lacking === 0
      ? []
      : [
          `INCOMPLETE: ${missingPayments} announced payments are in no recording, ${unvaluedPayments} have no mark to value them by`,
        ]),
  ].join('\n');
}
