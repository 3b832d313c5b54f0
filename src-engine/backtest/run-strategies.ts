/**
 * The strategies of a backtest: they run in its kernel as in a session's, on paper or in shadow, so that their orders, their fills and what they hold are those of the run. A model outside of
 * the kernel is made deterministic thus: the market is played once without answers, which collects what is asked; each row is answered before the run begins; and in the run the answer is an
 * input, a declared time after its question. How long the model really takes decides nothing, and a model that cannot answer ends the run: what depends on a machine is no result.
 */
import { createHash } from 'node:crypto';
import { UserError } from '../domain/errors.ts';
import { type Answer, ANSWER_FAULTS, checkedAnswer, type PredictionRequest } from '../domain/prediction.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import { type TimeUs, US_PER_MS } from '../domain/time.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Runner } from '../runner/runner.ts';
import type { SimulatedClock } from '../runner/simulated-clock.ts';
import { MAX_STRATEGIES } from '../strategies/session/strategy-desk.ts';
import type { StrategyShelf } from '../strategies/session/shelf.ts';

export type RunStrategies = {
  readonly setups: readonly StrategySetup[];
  readonly shelf: Pick<StrategyShelf, 'find'>;
  /** From a question to its answer in the run, as declared. */
  readonly answerMs: number;
  /** Asks a model outside of the kernel, before the run. Absent: no model is asked. */
  readonly answer?: ((request: PredictionRequest) => Promise<Answer>) | undefined;
  /** Of another pass over the same market. */
  readonly answers?: RecordedAnswers | undefined;
  /** Collects what is asked, in a pass without answers. */
  readonly collect?: ((request: PredictionRequest) => void) | undefined;
};

/** What a report says of it. `answerMs`: null where no model is asked. */
export type StrategySettings = {
  readonly setups: readonly StrategySetup[];
  readonly answerMs: number | null;
};

type Recorded = { readonly rowSha: string; readonly answer: Answer };
/** By strategy and time of the question. */
export type RecordedAnswers = ReadonlyMap<string, Recorded>;

export const USUAL_ANSWER_MS = 20;
/** Numbers of all rows that one run may ask: 200 MB. */
const MAX_VALUES = 25_000_000;
/** What depends on the process and not on the row. */
const OF_THE_PROCESS: ReadonlySet<string> = new Set([
  'model-process-ended',
  'model-not-loaded',
  'answer-late',
]);
const BACKTEST = { kind: 'operator', via: 'backtest' } as const;

const keyOf = ({ strategy, askedUs }: Pick<PredictionRequest, 'strategy' | 'askedUs'>): string =>
  `${askedUs} ${strategy}`;
const shaOf = (row: Float64Array): string => createHash('sha256').update(row).digest('hex');
const bad = (field: string, value: string, message: string, remedy: string): UserError =>
  new UserError({ code: 'bad-strategies', field, value, message, remedy });

/** Whether one of them asks a model outside. */
export const asksOutside = ({ setups, shelf }: RunStrategies): boolean =>
  setups.some(({ name, code }) => shelf.find(name, code)?.manifest.asks !== undefined);

export const strategySettings = (strategies: RunStrategies): StrategySettings => ({
  setups: strategies.setups,
  answerMs: asksOutside(strategies) ? strategies.answerMs : null,
});

/** @throws UserError for what the market of the run does not have. */
export function checkStrategies(
  { setups, shelf }: RunStrategies,
  instruments: readonly Pick<Instrument, 'venue' | 'symbol'>[],
): void {
  if (setups.length > MAX_STRATEGIES)
    throw bad('strategies', String(setups.length), `are more than ${MAX_STRATEGIES}`, 'Name fewer.');
  const seen = new Set<string>();
  for (const { strategy, name, code, markets } of setups) {
    if (seen.has(strategy)) throw bad('strategies', strategy, 'is named twice', 'Name it once.');
    seen.add(strategy);
    if (shelf.find(name, code) === undefined)
      throw bad('strategies', name, 'is not loaded', 'Name one that "strategies" lists.');
    const lacking = markets.find(
      ({ venue, symbol }) => !instruments.some((one) => one.venue === venue && one.symbol === symbol),
    );
    if (lacking !== undefined)
      throw bad(
        'markets',
        `${lacking.symbol}@${lacking.venue}`,
        'is no market of the logs',
        `Choose among ${instruments
          .slice(0, 12)
          .map(({ venue, symbol }) => `${symbol}@${venue}`)
          .join(', ')}.`,
      );
  }
}

/** Questions of a pass without answers, and then their answers. */
export class Questions {
  readonly #requests: PredictionRequest[] = [];
  #values = 0;

  take(request: PredictionRequest): void {
    this.#values += request.row.length;
    if (this.#values > MAX_VALUES)
      throw bad(
        'strategies',
        request.strategy,
        `asks its model more than ${MAX_VALUES} numbers in this run`,
        'Choose longer bars, or a shorter recording.',
      );
    this.#requests.push({ ...request, row: Float64Array.from(request.row) });
  }

  /** One after another: a model is asked in the order of the run. @throws UserError where it cannot answer. */
  async answered(answer: NonNullable<RunStrategies['answer']>): Promise<RecordedAnswers> {
    const found = new Map<string, Recorded>();
    for (const request of this.#requests) {
      const given = checkedAnswer(await answer(request));
      if ('fault' in given && OF_THE_PROCESS.has(given.fault))
        throw bad(
          'strategies',
          request.strategy,
          `has a model that does not answer: ${ANSWER_FAULTS[given.fault]}${given.detail === '' ? '' : ` (${given.detail})`}`,
          'Run it again; "model onnx" says whether the model runs here.',
        );
      found.set(keyOf(request), { rowSha: shaOf(request.row), answer: given });
    }
    return found;
  }
}

/** The side of a run that its strategies ask, once its parts are there. */
export class AnswerInputs {
  readonly #strategies: RunStrategies;
  #parts: { readonly clock: SimulatedClock; readonly runner: Pick<Runner, 'submit'> } | undefined;

  constructor(strategies: RunStrategies) {
    this.#strategies = strategies;
  }

  /** Sets the strategies, as an operator does at the beginning of a session. */
  begin(clock: SimulatedClock, runner: Pick<Runner, 'submit'>): void {
    this.#parts = { clock, runner };
    for (const setup of this.#strategies.setups)
      runner.submit({
        kind: 'command',
        command: { type: 'setStrategy', setup },
        actor: BACKTEST,
        atUs: clock.nowUs(),
      });
  }

  ask(request: PredictionRequest): void {
    const { answers, answerMs, collect } = this.#strategies;
    collect?.(request);
    if (answers === undefined || this.#parts === undefined) return;
    const { clock, runner } = this.#parts;
    const { strategy, model, askedUs, row } = request;
    const recorded = answers.get(keyOf(request));
    if (recorded === undefined || recorded.rowSha !== shaOf(row))
      throw bad(
        'strategies',
        strategy,
        'asked its model another row than before it was answered',
        'Such a strategy cannot be in a backtest: its rows must depend on the market alone.',
      );
    const { answer } = recorded;
    clock.schedule(askedUs + answerMs * US_PER_MS, () =>
      runner.submit({
        kind: 'command',
        command: { type: 'notePrediction', prediction: { strategy, model, askedUs, answer } },
        actor: BACKTEST,
        atUs: clock.nowUs(),
      }),
    );
  }
}

/** What a strategy came to in the run; amounts in the quote currency of its markets. */
export type StrategyResult = {
  readonly strategy: string;
  readonly mode: StrategySetup['mode'];
  readonly decisions: number;
  readonly fills: number;
  readonly wins: number;
  readonly losses: number;
  readonly realized: string;
  readonly fees: string;
  readonly holdings: readonly { readonly market: string; readonly qty: string; readonly cost: string }[];
  /** What was not carried out, by reason. */
  readonly missed: Readonly<Record<string, number>>;
  readonly stopped: { readonly code: string; readonly detail: string; readonly atUs: TimeUs } | null;
};

export function resultsOf({ strategies }: Kernel): readonly StrategyResult[] {
  return [...strategies.all()].map(({ setup, figures, decisions, markets, stopped }) => ({
    strategy: setup.strategy,
    mode: setup.mode,
    decisions,
    fills: figures.fills,
    wins: figures.wins,
    losses: figures.losses,
    realized: figures.realized.toFixed(),
    fees: figures.fees.toFixed(),
    holdings: markets.map(({ instrument, holding }) => ({
      market: `${instrument.symbol}@${instrument.venue}`,
      qty: holding.qty.toFixed(),
      cost: holding.cost.toFixed(),
    })),
    missed: Object.fromEntries(figures.missed),
    stopped,
  }));
}

/** In sentences for a person. */
export function strategyWords(results: readonly StrategyResult[]): string[] {
  return results.map(({ strategy, mode, decisions, fills, realized, fees, missed, stopped }) => {
    const reasons = Object.entries(missed).map(([code, count]) => `${count} ${code}`);
    const not = reasons.length === 0 ? '' : `; not carried out: ${reasons.join(', ')}`;
    const end = stopped === null ? '' : `; stopped: ${stopped.detail}`;
    return `${strategy} (${mode}): ${decisions} decisions, ${fills} fills, realised ${realized} after ${fees} of fees${not}${end}.`;
  });
}

/** What is taken for granted of them. */
export function strategyAssumptions(settings: StrategySettings | undefined): string[] {
  if (settings === undefined) return [];
  const names = settings.setups.map(({ strategy, mode }) => `${strategy} (${mode})`).join(', ');
  return [
    `Strategies of the run: ${names}. Those on paper trade the account of the run through its limits; those in shadow are booked beside it.`,
    ...(settings.answerMs === null
      ? []
      : [
          `A model outside of the kernel answers ${settings.answerMs} ms after it is asked, as declared: its answers are inputs of the run.`,
        ]),
  ];
}
