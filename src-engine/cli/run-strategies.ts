/** The strategies that a backtest is given as a file: the list that `strategies set` and `portfolio set` make one by one, as JSON. */
import { z } from 'zod';
import { StrategyShelf } from '../assembly/strategy-shelf.ts';
import { type RunStrategies, USUAL_ANSWER_MS } from '../backtest/run-strategies.ts';
import { strategyOperations } from '../contract/strategy-operations.ts';
import { UserError } from '../domain/errors.ts';
import type { Answer } from '../domain/prediction.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { issueWords } from '../lib/zod-words.ts';
import { OnnxDesk } from '../onnx/onnx-desk.ts';
import { parametersOf } from '../strategies/check-manifest.ts';
import { MAX_STRATEGIES } from '../strategies/session/strategy-desk.ts';

const FIELD = '--strategies';
const USUAL_BAR_SECONDS = 60;
const LIST = z
  .array(
    strategyOperations.setStrategy.input.extend({
      /** On paper where it is left out: what trades the account of the run. */
      mode: z.enum(['shadow', 'paper']).default('paper'),
    }),
  )
  .min(1)
  .max(MAX_STRATEGIES);
type Given = z.infer<typeof LIST>[number];

export type LoadedStrategies = { readonly strategies: RunStrategies; readonly stop: () => void };

/** @param text of the file. @throws UserError that names the strategy, the field and what to write. */
export async function loadRunStrategies(
  text: string,
  dataDir: string,
  answerMs = USUAL_ANSWER_MS,
): Promise<LoadedStrategies> {
  const list = parsed(text);
  const clock = new SystemClock();
  const codes = new Set<string>();
  const desk = new OnnxDesk({ dataDir, clock, inUse: () => codes });
  const shelf = new StrategyShelf(dataDir, clock, desk, { sharesTurn: false });
  const stop = (): void => {
    desk.stop();
    shelf.close();
  };
  try {
    const setups: StrategySetup[] = [];
    for (const given of list) {
      const setup = await setupOf(given, shelf);
      codes.add(setup.code);
      setups.push(setup);
    }
    const strategies: RunStrategies = {
      setups,
      shelf: { find: (name, code) => shelf.find(name, code) },
      answerMs,
      answer: (request) =>
        new Promise<Answer>((resolve) => desk.ask(request, ({ answer }) => resolve(answer))),
    };
    return { strategies, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function setupOf(given: Given, shelf: StrategyShelf): Promise<StrategySetup> {
  const { module, code, barSeconds: trained } = await shelf.load(given.name);
  const { manifest } = module;
  const { name, version, markets: needed, mostMarkets, account, may } = manifest;
  const refuse = (field: string, value: string, message: string, remedy: string): UserError =>
    new UserError({
      code: 'bad-strategies',
      field: `${FIELD} ${given.name}: ${field}`,
      value,
      message,
      remedy,
    });
  const count = given.markets.length;
  if (mostMarkets === undefined ? count !== needed : count > mostMarkets)
    throw refuse(
      'markets',
      given.markets.join(' '),
      `are ${count}, and it looks at ${mostMarkets === undefined ? needed : `1 to ${mostMarkets}`}`,
      'Name as many, such as BTC/USD@VENUE.',
    );
  const markets = given.markets.map((market) => {
    const [symbol = '', venue = '', ...more] = market.split('@');
    if (venue === '' || more.length > 0)
      throw refuse('markets', market, 'names no venue', `Write ${symbol}@VENUE.`);
    return { venue, symbol };
  });
  if (new Set(given.markets).size < count)
    throw refuse('markets', given.markets.join(' '), 'are the same market twice', 'Name each once.');
  if (new Set(markets.map(({ symbol }) => symbol.split('/')[1])).size > 1)
    throw refuse(
      'markets',
      given.markets.join(' '),
      'are quoted in two currencies, and gains are added up',
      'Name markets of one quote currency.',
    );
  if (given.mode === 'paper' && may === 'signal')
    throw refuse('mode', given.mode, 'is nothing for it: it gives signals only', 'Write shadow.');
  if (trained != null && (given.barSeconds ?? trained) !== trained)
    throw refuse(
      'barSeconds',
      String(given.barSeconds),
      `are not the bars that it was trained on, of ${trained} s`,
      'Leave it out.',
    );
  if (!(Number(given.stake) > 0))
    throw refuse('stake', given.stake, 'is not above zero', 'Write what a position of 1 is worth, in quote.');
  const texts = Object.entries(given.parameters).map(([key, value]) => [key, String(value)] as const);
  const parameters = parametersOf(
    manifest,
    Object.fromEntries(texts),
    (key) => `${FIELD} ${given.name}: parameters.${key}`,
  );
  manifest.fits?.(parameters as never, count);
  return {
    strategy:
      account === true ? name : [name, ...markets.flatMap(({ venue, symbol }) => [venue, symbol])].join(':'),
    name,
    version,
    code,
    mode: given.mode,
    markets,
    barSeconds: given.barSeconds ?? trained ?? USUAL_BAR_SECONDS,
    stake: given.stake,
    maxSlippageBps: given.maxSlippageBps,
    parameters: parameters as StrategySetup['parameters'],
  };
}

function parsed(text: string): readonly Given[] {
  const refuse = (field: string, message: string): UserError =>
    new UserError({
      code: 'bad-strategies',
      field,
      message,
      remedy:
        'Write for example [{"name":"portfolio","markets":["BTC/USD@VENUE","ETH/USD@VENUE"],"stake":"1000","parameters":{"weights":"40,30"}}].',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse(FIELD, 'is not JSON');
  }
  const found = LIST.safeParse(value);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw refuse([FIELD, ...(issue?.path ?? [])].join('.'), issueWords(issue));
}
