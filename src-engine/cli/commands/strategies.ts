/** The strategies of the running session: shown, set, switched, taken away. `strategy` is about files. */
import type { StrategiesView, StrategyGates, StrategyRow } from '../../contract/strategy-records.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { connectEngine } from '../../gateway/client.ts';
import { DEFAULT_VENUE } from '../../venues/registry.ts';
import {
  choiceOption,
  type Command,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  numberOption,
  textOption,
  textOptions,
} from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const ACTIONS = ['list', 'load', 'set', 'mode', 'gates', 'promote', 'remove', 'events'] as const;
const TO = ['canary', 'full'] as const;
const MODES = ['off', 'shadow', 'paper', 'canary', 'full'] as const;
const MARKET = `BTC/USD@${DEFAULT_VENUE.id}`;

export const strategies: Command = {
  name: 'strategies',
  words: [
    { name: 'ACTION', words: 'what to do; list where it is left out', count: 'optional', choices: ACTIONS },
    {
      name: 'NAME',
      words: 'of load and set: the strategy; of the others: as list shows it',
      count: 'optional',
    },
  ],
  options: {
    market: {
      value: 'PAIR[@VENUE]',
      words: 'a market of the session; twice for a strategy of two, up to 12 for portfolio',
      multiple: true,
      example: MARKET,
      actions: ['set'],
    },
    mode: {
      value: 'MODE',
      words:
        'off, shadow (booked as the books would have filled it) or paper (simulated orders through risk); canary lowers one that is in full',
      choices: MODES,
      usual: 'shadow for set',
      actions: ['set', 'mode'],
    },
    bar: {
      value: 'SECONDS',
      words: 'length of its bars',
      range: { min: 1, max: 86_400, integer: true },
      usual: 60,
      actions: ['set'],
    },
    stake: {
      value: 'AMOUNT',
      words: 'what a position of 1 is worth, in the quote currency',
      example: '100',
      usual: 100,
      actions: ['set'],
    },
    slippage: {
      value: 'BPS',
      words: 'furthest that a fill may be from the best price',
      range: { min: 0, max: 500 },
      usual: 20,
      actions: ['set'],
    },
    param: {
      value: 'NAME=VALUE',
      words: 'a parameter of the strategy',
      multiple: true,
      example: 'fast=5',
      actions: ['set'],
    },
    to: {
      value: 'MODE',
      words: 'canary (a hundredth of its stake) or full, at the account of the session',
      choices: TO,
      usual: 'canary',
      actions: ['gates', 'promote'],
    },
    confirm: {
      value: 'NAME',
      words: 'the strategy once more, as list shows it',
      example: `sma-crossover:${DEFAULT_VENUE.id}:BTC/USD`,
      actions: ['promote'],
    },
    budget: {
      value: 'AMOUNT',
      words: 'loss in the quote currency at which it is taken back',
      example: '5',
      usual: 'a tenth of what it may hold',
      actions: ['promote'],
    },
    reason: {
      value: 'TEXT',
      words: 'why, for the audit trail',
      example: '"a week on paper"',
      isText: true,
      actions: ['promote'],
    },
    override: {
      value: 'WORD',
      words: 'OVERRIDE promotes a strategy that does not pass its gates; --reason is needed then',
      example: 'OVERRIDE',
      actions: ['promote'],
    },
    ...DATA_DIR_OPTION,
  },
  details: [
    'A strategy trades an account only after "promote", by the gates of its own record ("gates" lists them with value and bound), while the account is armed; in a',
    'rehearsal only so far. It is taken back to shadow by its loss budget, by a halt that an order of it made, and by the drift of its model. What a strategy holds is',
    'sold when it is switched off.',
  ].join('\n'),
  examples: [
    'strategies',
    `strategies set sma-crossover --market ${MARKET} --bar 5 --param fast=5 --param slow=20`,
    `strategies mode sma-crossover:${DEFAULT_VENUE.id}:BTC/USD --mode off`,
    `strategies gates sma-crossover:${DEFAULT_VENUE.id}:BTC/USD`,
    'strategies events',
  ],
  async run(args, output) {
    const [action = 'list', name] = args.positionals;
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (action === 'list') {
      const view = await engine.call('listStrategies', {});
      output.result(view, `${rowsText(view)}\n${knownText(view.known)}`);
      return EXIT_DONE;
    }
    if (action === 'events') {
      const found = await engine.call('listStrategyEvents', {});
      output.result(found, eventsText(found.events));
      return EXIT_DONE;
    }
    if (name === undefined) {
      throw new UserError({
        code: 'bad-usage',
        field: 'NAME',
        message: `is missing: ${action} needs a strategy`,
        remedy: '"strategies list" shows them.',
      });
    }
    if (action === 'load') {
      const known = await engine.call('loadStrategy', { name });
      output.result(known, knownText([known]));
    } else if (action === 'remove') {
      const view = await engine.call('removeStrategy', { strategy: name });
      output.result(view, rowsText(view));
    } else if (action === 'gates') {
      const to = choiceOption(args, 'to', TO);
      const gates = await engine.call('getStrategyGates', { strategy: name, to });
      output.result(gates, gatesText(gates));
      return gates.passes && gates.refusal === '' ? EXIT_DONE : EXIT_CHECK_FAILED;
    } else if (action === 'promote') {
      const row = await engine.call('promoteStrategy', {
        strategy: name,
        to: choiceOption(args, 'to', TO) ?? 'canary',
        confirm: textOption(args, 'confirm') ?? missing('confirm', `Write the strategy once more: ${name}.`),
        lossBudget: textOption(args, 'budget'),
        why: textOption(args, 'reason'),
        override: textOption(args, 'override'),
      });
      output.result(row, rowText(row));
    } else if (action === 'mode') {
      const mode = choiceOption(args, 'mode', MODES) ?? missing('mode');
      const row = await engine.call('setStrategyMode', { strategy: name, mode });
      output.result(row, rowText(row));
    } else {
      const row = await engine.call('setStrategy', {
        name,
        markets: [...textOptions(args, 'market')],
        mode: choiceOption(args, 'mode', MODES),
        barSeconds: numberOption(args, 'bar'),
        stake: textOption(args, 'stake'),
        maxSlippageBps: numberOption(args, 'slippage'),
        parameters: Object.fromEntries(textOptions(args, 'param').map(parameterOf)),
      });
      output.result(row, rowText(row));
    }
    return EXIT_DONE;
  },
};

function missing(option: string, remedy = `Choose one of ${MODES.slice(0, 3).join(', ')}.`): never {
  throw new UserError({
    code: 'bad-usage',
    field: `--${option}`,
    message: 'is missing',
    remedy,
  });
}

function parameterOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UserError({
    code: 'bad-option',
    field: '--param',
    value: text,
    message: 'is not NAME=VALUE',
    remedy: 'Write for example --param fast=5.',
  });
}

function rowsText({ strategies: rows }: Pick<StrategiesView, 'strategies'>): string {
  return rows.length === 0
    ? `no strategy is set; "strategies set sma-crossover --market ${MARKET}" sets one in shadow`
    : rows.map(rowText).join('\n');
}

function rowText(row: StrategyRow): string {
  const { strategy, mode, state, markets, quote, net, realized, fees, decisions, fills, lastMiss, failure } =
    row;
  const held = markets.map((market) => `${market.held} ${market.base}`).join(', ');
  return [
    `${strategy}: ${mode}, ${state}; bars of ${row.barSeconds} s, stake ${row.stake} ${quote}`,
    `  holds ${held}; net ${net ?? 'unknown'} ${quote} (realized ${realized}, fees ${fees}); ${decisions} decisions, ${fills} fills`,
    ...(state === 'warming-up' ? [`  warming up: ${row.warmup.seen} of ${row.warmup.needed} bars`] : []),
    ...(row.ensemble === null ? [] : [voteLine(row.ensemble)]),
    ...(row.account === null
      ? []
      : [
          `  at the account up to ${row.account.stake} ${quote} a market; lost ${row.account.lost} of at most ${row.account.lossBudget}`,
        ]),
    ...(row.fellBack === null
      ? []
      : [`  taken back from the account: ${row.fellBack.code}, ${row.fellBack.detail}`]),
    ...(lastMiss === null ? [] : [`  last not carried out: ${lastMiss.code}, ${lastMiss.detail}`]),
    ...(failure === null ? [] : [`  FAILED: ${failure.code}, ${failure.detail}`]),
  ].join('\n');
}

function gatesText({ strategy, to, refusal, gates, passes, stake, lossBudget }: StrategyGates): string {
  return [
    `${strategy} to ${to}: ${passes ? 'passes every gate' : 'does not pass'}; up to ${stake} at the account, taken back at a loss of ${lossBudget}`,
    ...(refusal === '' ? [] : [`  REFUSED: ${to} ${refusal}`]),
    ...gates.map(
      ({ gate, value, bound, passes: own }) => `  ${own ? 'ok  ' : 'FAIL'} ${gate}: ${value} (${bound})`,
    ),
  ].join('\n');
}

/** Regime, probability, and the gate that is shut. */
function voteLine({
  atUs,
  holdsBars,
  regime,
  probability,
  gates,
  shut,
  votes,
}: NonNullable<StrategyRow['ensemble']>): string {
  if (atUs === 0) return '  last vote: none yet';
  const counted = votes.filter(({ state }) => state === 'votes').length;
  const rise = probability === null ? 'no probability' : `rises with ${(probability * 100).toFixed(1)} %`;
  const gate = gates.find((each) => each.gate === shut);
  const why =
    holdsBars > 0
      ? `holds for ${holdsBars} more bars`
      : gate === undefined
        ? 'all gates open'
        : `gate shut: ${gate.gate}, ${gate.value} (${gate.bound})`;
  return `  last vote: ${counted} of ${votes.length} agents count, ${rise}, regime ${regime}; ${why}`;
}

type Known = {
  readonly name: string;
  readonly place: string;
  readonly isLoaded: boolean;
  readonly fault: string;
  readonly file: string;
  readonly summary: string;
  readonly markets: number | null;
  readonly mostMarkets: number | null;
};

function knownText(known: readonly Known[]): string {
  return known.map(knownLine).join('\n');
}

function marketsWords(markets: number | null, most: number | null): string {
  return most !== null ? `1 to ${most} markets` : markets === 2 ? 'two markets' : 'one market';
}

function knownLine({ name, place, isLoaded, fault, file, summary, markets, mostMarkets }: Known): string {
  if (isLoaded) return `can be set: ${name} (${place}, ${marketsWords(markets, mostMarkets)}): ${summary}`;
  if (fault !== '') return `${name} (${place}): cannot be used: ${fault}`;
  if (place === 'model') return `can be set: ${name} (verified when it is set)`;
  return `${name} (${place}): ${file}, not loaded ("strategies load ${name}" runs its code)`;
}

type Shown = { readonly event: { readonly type: string; readonly atUs: number } };

function eventsText(events: readonly Shown[]): string {
  if (events.length === 0) return 'no strategy has decided anything yet';
  return events
    .map(({ event: { type, atUs, ...rest } }) => `${formatTimeUs(atUs)} ${type} ${JSON.stringify(rest)}`)
    .join('\n');
}
