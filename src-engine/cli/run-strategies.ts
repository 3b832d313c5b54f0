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
import { demandMarketCount, madeSetup } from '../strategies/session/made-setup.ts';
import { MAX_STRATEGIES } from '../strategies/session/strategy-desk.ts';

const FIELD = '--strategies';
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
    for (const [at, given] of list.entries()) {
      const setup = await setupOf(given, at, shelf);
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

async function setupOf(given: Given, at: number, shelf: StrategyShelf): Promise<StrategySetup> {
  const fieldOf = (name: string): string => `${FIELD}.${at}.${name}`;
  const loaded = await shelf.load(given.name).catch((error: unknown) => {
    // Commands that take one strategy call it so.
    if (error instanceof UserError && error.problem.field === 'NAME')
      throw new UserError({ ...error.problem, field: fieldOf('name') });
    throw error;
  });
  demandMarketCount(loaded.module.manifest, given.markets, fieldOf);
  const markets = given.markets.map((market) => {
    const [symbol = '', venue = '', ...more] = market.split('@');
    if (venue === '' || more.length > 0)
      throw new UserError({
        code: 'bad-markets',
        field: fieldOf('markets'),
        value: market,
        message: 'names no venue',
        remedy: `Write ${symbol}@VENUE.`,
      });
    return { venue, symbol, quote: symbol.split('/')[1] ?? '' };
  });
  return madeSetup(loaded, { ...given, markets }, fieldOf);
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
