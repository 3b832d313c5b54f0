/** The portfolio of the running session: targets beside what is held, what is proposed and why it is not traded. */
import type { OperationOutput } from '../../contract/operations.ts';
import type { PortfolioCoin } from '../../contract/portfolio-records.ts';
import type { StrategyRow } from '../../contract/strategy-records.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { connectEngine } from '../../gateway/client.ts';
import { DEFAULT_VENUE } from '../../venues/registry.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  numberOption,
  textOption,
  textOptions,
} from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const ACTIONS = ['show', 'set', 'mode', 'remove'] as const;
const MODES = ['off', 'shadow', 'paper', 'canary', 'full'] as const;
const NAME = 'portfolio';
const COIN = `BTC/USD@${DEFAULT_VENUE.id}=40`;

export const portfolio: Command = {
  name: 'portfolio',
  words: [
    { name: 'ACTION', words: 'what to do; show where it is left out', count: 'optional', choices: ACTIONS },
  ],
  options: {
    coin: {
      value: 'PAIR[@VENUE]=WEIGHT[:BAND]',
      words:
        'a market of the session, its percent of the portfolio, and the percent that it may be away from it (5)',
      multiple: true,
      example: COIN,
      actions: ['set'],
    },
    mode: {
      value: 'MODE',
      words:
        'off, shadow (booked as the books would have filled it) or paper (simulated orders through risk)',
      choices: MODES,
      usual: 'of set: as it is set; shadow at first',
      actions: ['set', 'mode'],
    },
    capital: {
      value: 'AMOUNT',
      words: 'what it has to invest, in the quote currency',
      example: '1000',
      usual: 'as it is set; 1000 at first',
      actions: ['set'],
    },
    cash: {
      value: 'PERCENT',
      words: 'percent that at least stays cash',
      range: { min: 0, max: 100 },
      usual: 'as it is set; 2 at first',
      actions: ['set'],
    },
    bar: {
      value: 'SECONDS',
      words: 'how often it is judged',
      range: { min: 1, max: 86_400, integer: true },
      usual: 'as it is set; 60 at first',
      actions: ['set'],
    },
    horizon: {
      value: 'DAYS',
      words:
        'for how long a deviation would last: what it costs in growth over that time is the benefit of a trade',
      range: { min: 0.01, max: 3_650 },
      usual: 'as it is set; 90 at first',
      actions: ['set'],
    },
    'to-edge': {
      words: 'trades to the edge of the band that was left, and not to the target',
      actions: ['set'],
    },
    'to-target': { words: 'trades to the target, as at first', actions: ['set'] },
    signals: { words: 'what other strategies say moves the targets, as at first', actions: ['set'] },
    'no-signals': { words: 'what other strategies say moves no target', actions: ['set'] },
    kelly: {
      value: 'PART',
      words: 'part of Kelly’s share of a signal that is taken',
      range: { min: 0.01, max: 1 },
      usual: 'as it is set; 0.25 at first',
      actions: ['set'],
    },
    'max-tilt': {
      value: 'PERCENT',
      words: 'percent of the portfolio by which signals move a target at most',
      range: { min: 0, max: 100 },
      usual: 'as it is set; 10 at first',
      actions: ['set'],
    },
    slippage: {
      value: 'BPS',
      words: 'furthest that a fill may be from the best price',
      range: { min: 0, max: 500 },
      usual: 'as it is set; 20 at first',
      actions: ['set'],
    },
    ...DATA_DIR_OPTION,
  },
  details: [
    'It trades a capital of its own and coins that it bought; no account is traded: canary and full are refused. What it holds, and what is left out, stays when targets change; it is sold when',
    'it is switched off. A recording is run by "strategy run portfolio --file a.csv --file b.csv --param weights=50,40".',
  ].join('\n'),
  examples: [
    'portfolio',
    `portfolio set --coin ${COIN} --coin ETH/USD@${DEFAULT_VENUE.id}=30:4 --capital 5000`,
    'portfolio mode --mode off',
  ],
  async run(args, output) {
    const [action = 'show'] = args.positionals;
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (action === 'show') {
      const found = await engine.call('getPortfolio', {});
      output.result(found, foundText(found));
    } else if (action === 'remove') {
      await engine.call('removeStrategy', { strategy: NAME });
      output.result({ removed: true }, 'the portfolio is removed');
    } else if (action === 'mode') {
      const mode =
        choiceOption(args, 'mode', MODES) ?? missing('--mode', 'Choose one of off, shadow, paper.');
      const row = await engine.call('setStrategyMode', { strategy: NAME, mode });
      output.result(row, portfolioText(row));
    } else {
      const coins = textOptions(args, 'coin').map(coinOf);
      if (coins.length === 0) missing('--coin', `Write for example --coin ${COIN}.`);
      const row = await engine.call('setPortfolio', {
        coins,
        mode: choiceOption(args, 'mode', MODES),
        capital: textOption(args, 'capital'),
        cash: numberOption(args, 'cash'),
        barSeconds: numberOption(args, 'bar'),
        maxSlippageBps: numberOption(args, 'slippage'),
        horizonDays: numberOption(args, 'horizon'),
        toEdge: eitherOf(args, 'to-edge', 'to-target'),
        signals: eitherOf(args, 'signals', 'no-signals'),
        kelly: numberOption(args, 'kelly'),
        maxTilt: numberOption(args, 'max-tilt'),
      });
      output.result(row, portfolioText(row));
    }
    return EXIT_DONE;
  },
};

const NONE = `no portfolio is set; "portfolio set --coin ${COIN}" sets one in shadow`;

function foundText({ portfolio: row, keptFor }: OperationOutput<'getPortfolio'>): string {
  const kept =
    keptFor === null
      ? []
      : [
          `one is kept, with what it holds, for a session that has ${keptFor.join(', ')}: start such a session, or "portfolio remove"`,
        ];
  const shown = row === null ? (keptFor === null ? [NONE] : []) : [portfolioText(row)];
  return [...shown, ...kept].join('\n');
}

function missing(field: string, remedy: string): never {
  throw new UserError({ code: 'bad-usage', field, message: 'is missing', remedy });
}

/** Undefined: neither, so that it stays as it is set. @throws UserError for both. */
function eitherOf(args: CommandArgs, yes: string, no: string): boolean | undefined {
  const [isYes, isNo] = [flagOption(args, yes), flagOption(args, no)];
  if (isYes && isNo) {
    throw new UserError({
      code: 'bad-usage',
      field: `--${yes}`,
      message: `is given beside --${no}`,
      remedy: 'Leave one of them out.',
    });
  }
  return isYes ? true : isNo ? false : undefined;
}

function coinOf(text: string): { market: string; weight: number; band?: number } {
  const [, market = '', weight, band] = /^([^=]+)=(\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  if (weight === undefined) {
    throw new UserError({
      code: 'bad-option',
      field: '--coin',
      value: text,
      message: 'is not PAIR[@VENUE]=WEIGHT[:BAND]',
      remedy: `Write for example --coin ${COIN} or --coin ${COIN}:4.`,
    });
  }
  return { market, weight: Number(weight), ...(band === undefined ? {} : { band: Number(band) }) };
}

const percent = (share: number | null): string =>
  share === null ? NOT_KNOWN : `${(share * 100).toFixed(2)} %`;
const NOT_KNOWN = 'not known';

function portfolioText({
  mode,
  state,
  portfolio: found,
  quote,
  net,
  fees,
  fills,
  lastMiss,
  failure,
}: StrategyRow): string {
  const head = `portfolio: ${mode}, ${state}; net ${net ?? 'unknown'} ${quote} (fees ${fees}), ${fills} fills`;
  const tail = [
    ...(lastMiss === null ? [] : [`  last not carried out: ${lastMiss.code}, ${lastMiss.detail}`]),
    ...(failure === null ? [] : [`  FAILED: ${failure.code}, ${failure.detail}`]),
  ];
  if (found === null) return [head, ...tail].join('\n');
  const { atUs, value, cash, cashShare, cashTarget, bars, barsNeeded, coins } = found;
  return [
    head,
    `  worth ${value ?? NOT_KNOWN} ${quote}, cash ${cash} (${percent(cashShare)} of a target of ${percent(cashTarget)})`,
    atUs === 0 ? '  no bar has been judged yet' : `  judged at ${formatTimeUs(atUs).slice(0, 19)}Z`,
    ...(bars < barsNeeded ? [`  variances need ${barsNeeded} bars, and ${bars} were seen`] : []),
    ...coins.flatMap((coin) => coinLines(coin, quote)),
    ...tail,
  ].join('\n');
}

function coinLines(coin: PortfolioCoin, quote: string): string[] {
  const { symbol, venue, target, actual, band, trade, why, recommendation } = coin;
  const before = Number(coin.prepaid ?? 0) > 0 ? `, ${coin.prepaid} of it counted before` : '';
  const costs =
    coin.cost === null
      ? `cost ${NOT_KNOWN}`
      : `cost ${coin.cost} (fee ${coin.fee}, spread ${coin.spread}, slippage ${coin.slippage}, way back ${coin.wayBack}${before})`;
  const benefits =
    coin.benefit === null
      ? `benefit ${NOT_KNOWN}`
      : `benefit ${coin.benefit} (growth ${coin.growth}, signal ${coin.signal})`;
  return [
    `  ${symbol}@${venue}: ${percent(actual)} held, target ${percent(target)} ± ${percent(band)}; ${why}`,
    ...(Number(trade) === 0 ? [] : [`    trade ${trade} ${quote}: ${benefits}, ${costs}`]),
    ...(recommendation === null
      ? []
      : [
          `    ${recommendation.source} says ${recommendation.side} with ${percent(recommendation.probability)}, ${recommendation.right} of ${recommendation.judged} came true: target moves by ${percent(recommendation.tilt)}`,
        ]),
  ];
}
