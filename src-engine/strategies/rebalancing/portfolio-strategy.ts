/**
 * Holds several coins at shares of its capital. Targets are the trader's and move with what other strategies of the session say, as far as that came true before; a coin is traded
 * where it has left its band and the benefit pays the cost. As every strategy it takes bars and gives wanted positions, so that a replay comes to the same trades.
 */
import { z } from 'zod';
import { UserError } from '../../domain/errors.ts';
import type { TimeUs } from '../../domain/time.ts';
import type {
  FillCost,
  HeardSignal,
  Outbox,
  Purse,
  Strategy,
  StrategyModule,
  View,
} from '../strategy-port.ts';
import { MAX_POSITION, MAX_REASON, MOST_MARKETS } from '../strategy-port.ts';
import { Covariance } from './covariance.ts';
import { boundTo, type Coin, isTraded, lentAfter, type Proposal, proposals } from './proposals.ts';
import { type Recommendation, Recommendations } from './recommendations.ts';

const DAY_US = 86_400_000_000;
/** Bars that a coin waits after what was wanted was not carried out: doubled up to this. */
const LONGEST_WAIT = 64;
/** Of a share: less is what rounding leaves. */
const LEAST_SHARE = 1e-6;

const list = z.union([
  z.number().min(0).max(100),
  z
    .string()
    .max(150)
    .regex(
      /^(?:\d{1,3}(?:\.\d{1,6})?(?:,\d{1,3}(?:\.\d{1,6})?)*)?$/,
      'must be numbers with a comma between them, such as 40,30',
    ),
]);

const PARAMETERS = z.strictObject({
  /** Percent of the portfolio, by market in their order; empty: all that does not stay cash, in equal parts. */
  weights: list.default(''),
  /** Percent of the portfolio that a share may be away from its target: one for all, or one a market. */
  bands: list.default('5'),
  /** Percent that at least stays cash. */
  cash: z.number().min(0).max(100).default(2),
  /** For how long a deviation would last: what it costs in growth over that time is the benefit of a trade. */
  horizonDays: z.number().min(0.01).max(3_650).default(90),
  toEdge: z.boolean().default(false),
  /** Whether what other strategies say moves the targets. */
  signals: z.boolean().default(true),
  /** Part of Kelly's share that is taken, and by how many percent of the portfolio a target moves at most. */
  kelly: z.number().min(0.01).max(1).default(0.25),
  maxTilt: z.number().min(0).max(100).default(10),
});
type Parameters = z.infer<typeof PARAMETERS>;

export const portfolio: StrategyModule<Parameters> = {
  manifest: {
    name: 'portfolio',
    version: 2,
    summary:
      'Holds coins at target shares with bands: a trade is made where its expected benefit exceeds fee, spread and slippage. Signals of other strategies move the targets.',
    markets: 2,
    mostMarkets: MOST_MARKETS,
    account: true,
    fits: (parameters: Parameters, markets) => void sharesOf(parameters, markets),
    input: 'bars',
    may: 'position',
    parameters: PARAMETERS,
    features: () => [],
  },
  create: (parameters, markets = 2) => new Portfolio(parameters, markets),
};

export type CoinReport = Proposal & {
  readonly base: number;
  readonly band: number;
  readonly recommendation: Recommendation | null;
};

export type PortfolioReport = {
  /** Of the last bar; 0: none yet. */
  readonly atUs: TimeUs;
  /** Of all that it holds, in stakes. */
  readonly value: number;
  readonly cash: number;
  readonly cashTarget: number;
  readonly bars: number;
  readonly coins: readonly CoinReport[];
};

const finite = z.number().nullable();
const SIGNAL = z.object({
  market: z.int(),
  side: z.enum(['up', 'down']),
  probability: z.number(),
  edgeBps: z.number(),
  horizonUs: z.number(),
  source: z.string(),
  atUs: z.number(),
  price: z.number(),
});
const STATE = z.strictObject({
  covariance: z.object({ count: z.int(), closes: z.array(z.number()), sums: z.array(z.number()) }),
  recommendations: z.object({
    sources: z.array(
      z.object({
        key: z.string(),
        hits: z.array(z.number()),
        spokeUs: z.number().default(0),
        pending: z.object({ price: z.number(), side: z.enum(['up', 'down']), dueUs: z.number() }).nullable(),
      }),
    ),
    last: z.array(SIGNAL.nullable()),
  }),
  coins: z.array(
    z.object({
      lent: z.number(),
      asked: finite,
      tilt: z.number().default(0),
      waits: z.int(),
      next: z.int(),
      wasHeld: z.number(),
    }),
  ),
});
/**
 * `lent`: share that signals asked for and that is held, above 0 more, below 0 less. `asked`: the trade of the last bar that had one, as a share, and by which tilt; null: it was looked
 * at. `wasHeld`: what was held of it then, in base for one unit of the stake.
 */
type CoinState = z.infer<typeof STATE>['coins'][number];

export class Portfolio implements Strategy {
  readonly #parameters: Parameters;
  readonly #base: readonly number[];
  readonly #bands: readonly number[];
  readonly #covariance: Covariance;
  readonly #recommendations: Recommendations;
  #coins: CoinState[];
  #report: PortfolioReport;

  /** @throws UserError for shares that do not fit the markets. */
  constructor(parameters: Parameters, markets: number) {
    this.#parameters = parameters;
    [this.#base, this.#bands] = sharesOf(parameters, markets);
    this.#covariance = new Covariance(markets);
    this.#recommendations = new Recommendations(markets);
    this.#coins = Array.from({ length: markets }, () => ({
      lent: 0,
      asked: null,
      tilt: 0,
      waits: 0,
      next: 1,
      wasHeld: 0,
    }));
    this.#report = { atUs: 0, value: 1, cash: 1, cashTarget: this.#cashTarget, bars: 0, coins: [] };
  }

  onBar(view: View, out: Outbox): void {
    const closes = view.steps.map(({ close }) => close);
    if (!closes.every((close) => close > 0)) return;
    if (view.isAfterGap) {
      this.#covariance.restart();
      this.#recommendations.restart();
    }
    this.#covariance.update(closes);
    this.#recommendations.update(view.heard ?? NONE_HEARD, closes, view.atUs, view.stepUs);
    const purse = view.purse ?? assumed(view, closes);
    const values = purse.amounts.map((amount, at) => amount * (closes[at] as number));
    const whole = purse.cash + values.reduce((sum, value) => sum + value, 0);
    this.#settle(purse, closes, whole);
    const { horizonDays, toEdge, cash } = this.#parameters;
    const advice = closes.map((_, at) => this.#adviceOf(at, whole, view.stepUs, purse));
    const coins = closes.map((_, at): Coin => {
      const { lent, waits } = this.#coins[at] as CoinState;
      const said = advice[at];
      return {
        value: values[at] as number,
        base: this.#base[at] as number,
        band: this.#bands[at] as number,
        tilt: said?.tilt ?? 0,
        edge: said === undefined || said.tilt === 0 ? 0 : said.edge,
        lent,
        waits,
        costOf: (value) => purse.costOf(at, value),
      };
    });
    const bars = (horizonDays * DAY_US) / view.stepUs;
    const rows = proposals(
      coins,
      purse.cash,
      { cash: cash / 100, toEdge },
      (shares) => this.#covariance.varianceOf(shares) * bars,
    );
    this.#report = {
      atUs: view.atUs,
      value: whole,
      cash: purse.cash,
      cashTarget: this.#cashTarget,
      bars: this.#covariance.count,
      coins: rows.map((row, at) => ({
        ...row,
        base: this.#base[at] as number,
        band: this.#bands[at] as number,
        recommendation: advice[at] ?? null,
      })),
    };
    const reason = reasonOf(rows.filter(isCarriedOut));
    for (const [at, row] of rows.entries()) this.#carryOut(at, row, { whole, purse, reason, out });
  }

  /** Of the last bar. */
  report(): PortfolioReport {
    return this.#report;
  }

  save(): string {
    return JSON.stringify({
      covariance: this.#covariance.save(),
      recommendations: this.#recommendations.save(),
      coins: this.#coins,
    });
  }

  load(text: string): void {
    const state = STATE.parse(JSON.parse(text));
    this.#covariance.load(state.covariance);
    this.#recommendations.load(state.recommendations);
    this.#coins = state.coins;
  }

  get #cashTarget(): number {
    return Math.max(0, 1 - this.#base.reduce((sum, share) => sum + share, 0));
  }

  /** What was wanted before and has not changed what is held is waited for ever longer: it is refused each time. An order under way is judged once it is over. */
  #settle({ amounts, underWay }: Purse, closes: readonly number[], whole: number): void {
    for (const [at, coin] of this.#coins.entries()) {
      const amount = amounts[at] as number;
      const one = whole > 0 ? (closes[at] as number) / whole : 0;
      if (coin.waits > 0) coin.waits--;
      if (coin.asked !== null && underWay[at] !== true) {
        if (amount === coin.wasHeld) {
          coin.waits = coin.next;
          coin.next = Math.min(LONGEST_WAIT, coin.next * 2);
        } else {
          coin.next = 1;
          coin.lent = lentAfter(coin, (amount - coin.wasHeld) * one);
        }
        coin.asked = null;
      }
      // No more than is held beyond the trader's target: the rest was sold, or left by the price.
      const beyond = amount * one - (this.#base[at] as number);
      coin.lent = boundTo(coin.lent, beyond);
    }
  }

  #adviceOf(at: number, whole: number, stepUs: number, purse: Purse): Recommendation | undefined {
    const { signals, kelly, maxTilt } = this.#parameters;
    if (!signals) return undefined;
    const only = this.#base.map((_, other) => (other === at ? 1 : 0));
    const perBar = this.#covariance.varianceOf(only);
    const deviationOf = (horizonUs: number): number => Math.sqrt((perBar * horizonUs) / stepUs);
    const most = maxTilt / 100;
    return this.#recommendations.of(at, deviationOf, roundTrip(purse, at, most * whole), {
      kelly,
      maxTilt: most,
    });
  }

  #carryOut(
    at: number,
    row: Proposal,
    {
      whole,
      purse,
      reason,
      out,
    }: { readonly whole: number; readonly purse: Purse; readonly reason: string; readonly out: Outbox },
  ): void {
    const coin = this.#coins[at] as CoinState;
    if (row.why === 'within-band' && row.tilt === 0) coin.lent = 0;
    if (!isCarriedOut(row)) return;
    coin.tilt = row.tilt;
    coin.asked = row.trade;
    coin.wasHeld = purse.amounts[at] as number;
    const wanted = Math.max(0, Math.min(MAX_POSITION, (row.actual + row.trade) * whole));
    out.want(
      at,
      // The last of a coin that is to be left is sold whole.
      row.target === 0 && row.actual + row.trade < LEAST_SHARE ? 0 : wanted,
      reason,
    );
  }
}

const NONE_HEARD: readonly HeardSignal[] = [];
const isCarriedOut = (row: Proposal): boolean => isTraded(row) && Math.abs(row.trade) >= LEAST_SHARE;

/** Of all trades of a bar: shares of the portfolio in the order of its markets, and what they bring and cost together. */
function reasonOf(rows: readonly Proposal[]): string {
  const shares = (sign: number): string =>
    rows
      .filter(({ trade }) => trade * sign > 0)
      .map(({ trade }) => (Math.abs(trade) * 100).toFixed(2))
      .join(' + ');
  const sides = [['sells', shares(-1)] as const, ['buys', shares(1)] as const];
  const sum = (
    ...parts: readonly ('growth' | 'signal' | 'fee' | 'spread' | 'slippage' | 'wayBack' | 'prepaid')[]
  ) => rows.reduce((total, row) => parts.reduce((all, part) => all + (row[part] ?? 0), total), 0);
  const [benefit, cost, before] = [
    sum('growth', 'signal'),
    sum('fee', 'spread', 'slippage', 'wayBack'),
    sum('prepaid'),
  ];
  const trades = sides.flatMap(([verb, text]) => (text === '' ? [] : [`${verb} ${text} %`]));
  return `${trades.join(', ')} of the portfolio: benefit ${bps(benefit)}, cost ${bps(cost)}${before > 0 ? ` (${bps(before)} paid before)` : ''}`.slice(
    0,
    MAX_REASON,
  );
}

const bps = (share: number): string => `${(share * 10_000).toFixed(2)} bps`;

/** Of a trade of so much, in stakes; infinite where it cannot be made now. */
function roundTrip(purse: Purse, at: number, value: number): number {
  const cost = purse.costOf(at, Math.max(value, LEAST_SHARE));
  return typeof cost === 'string'
    ? Infinity
    : (2 * (cost.feeBps + cost.spreadBps + cost.slippageBps)) / 10_000;
}

/** Without an account: what is wanted is held, and trades cost half the spread alone. */
function assumed({ positions, steps }: View, closes: readonly number[]): Purse {
  return {
    amounts: positions.map((position, at) => position / (closes[at] as number)),
    cash: 1 - positions.reduce((sum, position) => sum + position, 0),
    underWay: [],
    costOf: (market): FillCost => {
      const { bid = Number.NaN, ask = Number.NaN } = steps[market] ?? {};
      const spreadBps = ask > bid ? ((ask - bid) / (ask + bid)) * 10_000 : 0;
      return { feeBps: 0, spreadBps, slippageBps: 0 };
    },
  };
}

/** Shares and bands by market. @throws UserError that names what does not fit. */
export function sharesOf(
  { weights, bands, cash }: Pick<Parameters, 'weights' | 'bands' | 'cash'>,
  markets: number,
): readonly [base: readonly number[], bands: readonly number[]] {
  const refuse = (field: string, value: string, message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-targets', field, value, message, remedy });
  const base = partsOf(weights);
  if (base.length > 0 && base.length !== markets) {
    throw refuse(
      'weights',
      String(weights),
      `are ${base.length} for ${markets} markets`,
      'Give one for each market, in their order.',
    );
  }
  const sum = base.reduce((total, each) => total + each, 0);
  // Shares are typed as decimals: their sum may be off by what doubles round.
  if (sum + cash > 100 + 1e-9 || base.some((each) => each > 100)) {
    throw refuse(
      'weights',
      String(weights),
      `are ${Number(sum.toFixed(6))} % together, beside ${cash} % of cash`,
      'Targets and cash are 100 % together at most.',
    );
  }
  const width = partsOf(bands);
  if (width.length !== 1 && width.length !== markets) {
    throw refuse(
      'bands',
      String(bands),
      `are ${width.length} for ${markets} markets`,
      'Give one for all, or one for each market.',
    );
  }
  if (width.some((each) => !(each > 0 && each <= 100))) {
    throw refuse(
      'bands',
      String(bands),
      'has one that is not above 0 and at most 100',
      'Write the percent of the portfolio that a share may be away from its target.',
    );
  }
  return [
    base.length === 0
      ? Array.from({ length: markets }, () => (100 - cash) / 100 / markets)
      : base.map((each) => each / 100),
    Array.from({ length: markets }, (_, at) => ((width[at] ?? width[0]) as number) / 100),
  ];
}

const partsOf = (text: string | number): readonly number[] =>
  text === '' ? [] : String(text).split(',').map(Number);
