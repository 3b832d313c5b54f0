/** The setup of a strategy, of what a person gives for it: in a session, and in the file of a backtest. */
import { decimal } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import type { StrategyMode, StrategySetup } from '../../domain/strategy-schemas.ts';
import { parametersOf } from '../check-manifest.ts';
import type { StrategyManifest, StrategyModule } from '../strategy-port.ts';

/** Where neither a person nor the training of a model says otherwise. */
const USUAL_BAR_SECONDS = 60;

export type LoadedModule = {
  readonly module: StrategyModule;
  readonly code: string;
  /** Seconds of the bars that a model was trained on. */
  readonly barSeconds?: number | null | undefined;
};

export type GivenSetup = Pick<StrategySetup, 'stake' | 'maxSlippageBps'> & {
  readonly mode: StrategyMode;
  readonly markets: readonly {
    readonly venue: string;
    readonly symbol: string;
    /** As a person writes it. */
    readonly quote: string;
  }[];
  readonly barSeconds?: number | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** How an error names a field. */
export type FieldName = (name: string) => string;

const SAME: FieldName = (name) => name;

/** @param texts of the markets, as they were given. @throws UserError for more or fewer than the strategy looks at. */
export function demandMarketCount(
  { name, markets, mostMarkets }: StrategyManifest,
  texts: readonly string[],
  fieldOf = SAME,
): void {
  if (mostMarkets === undefined ? texts.length === markets : texts.length <= mostMarkets) return;
  const asks = mostMarkets === undefined ? String(markets) : `1 to ${mostMarkets}`;
  const wanted =
    mostMarkets !== undefined
      ? `at most ${mostMarkets} markets`
      : markets === 1
        ? 'one market'
        : 'two markets';
  throw new UserError({
    code: 'bad-markets',
    field: fieldOf('markets'),
    value: texts.join(' '),
    message: `are ${texts.length}, and ${name} looks at ${asks}`,
    remedy: `Name ${wanted}, such as BTC/USD@VENUE.`,
  });
}

/** @throws UserError that names the field, its value and what to write. */
export function madeSetup(
  { module: { manifest }, code, barSeconds: trained }: LoadedModule,
  given: GivenSetup,
  fieldOf = SAME,
): StrategySetup {
  const { name, version, mostMarkets, account, may } = manifest;
  const { mode, stake, maxSlippageBps } = given;
  const refuse = (code_: string, field: string, value: string, message: string, remedy: string): UserError =>
    new UserError({ code: code_, field: fieldOf(field), value, message, remedy });
  const markets = given.markets.map(({ venue, symbol }) => ({ venue, symbol }));
  const texts = markets.map(({ venue, symbol }) => `${symbol}@${venue}`);
  const quotes = new Set(given.markets.map(({ quote }) => quote));
  const remedy = `Name ${mostMarkets === undefined ? 'two markets' : 'markets'} of one quote currency.`;
  if (new Set(texts).size < texts.length)
    throw refuse('bad-markets', 'markets', texts.join(' '), 'are the same market twice', remedy);
  if (quotes.size > 1)
    throw refuse(
      'bad-markets',
      'markets',
      texts.join(' '),
      'are quoted in two currencies, and gains are added up',
      remedy,
    );
  if (!decimal(stake).gt(0))
    throw refuse(
      'bad-stake',
      'stake',
      stake,
      'is not above zero',
      `Write what a position of 1 is worth, in ${[...quotes].join('')}.`,
    );
  if (mode === 'paper' && may === 'signal')
    throw refuse(
      'mode-not-offered',
      'mode',
      mode,
      `is nothing for ${name}: its manifest says that it gives signals only`,
      'Use shadow.',
    );
  const written = Object.entries(given.parameters).map(([key, value]) => [key, String(value)] as const);
  const parameters = parametersOf(manifest, Object.fromEntries(written), (key) =>
    fieldOf(`parameters.${key}`),
  );
  const barSeconds = given.barSeconds ?? trained ?? USUAL_BAR_SECONDS;
  if (trained != null && barSeconds !== trained)
    throw refuse(
      'bad-bars',
      'barSeconds',
      String(barSeconds),
      `are not the bars that ${name} was trained on, of ${trained} s`,
      'Leave it out.',
    );
  manifest.fits?.(parameters as never, markets.length);
  return {
    // A run has one of that name that keeps an account: what it holds goes on under other parameters.
    strategy:
      account === true ? name : [name, ...markets.flatMap(({ venue, symbol }) => [venue, symbol])].join(':'),
    name,
    version,
    code,
    mode,
    markets,
    barSeconds,
    stake,
    maxSlippageBps,
    parameters: parameters as StrategySetup['parameters'],
  };
}
