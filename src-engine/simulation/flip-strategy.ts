/** The strategy of a simulated world: in and out of one market with every bar, so that its orders are under way whenever something befalls the engine. */
import { z } from 'zod';
import type { VenueName } from '../domain/ids.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import type { Database } from '../storage/database-types.ts';
import { latestStrategies } from '../storage/queries/strategies.ts';
import { isAtAccount } from '../strategies/session/at-account.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';

const NAME = 'flip';
/** In quote: of a canary a hundredth, which is worth an order at every face. */
export const FLIP_STAKE = '6000';

const flip: StrategyModule = {
  manifest: {
    name: NAME,
    version: 1,
    summary: 'In and out with every bar.',
    markets: 1,
    input: 'bars',
    may: 'position',
    parameters: z.strictObject({}),
    features: () => [],
  },
  create: () => {
    let isIn = false;
    return {
      onBar(_view, out) {
        isIn = !isIn;
        out.want(0, isIn ? 1 : 0, 'flip');
      },
      save: () => String(isIn),
      load: (state) => {
        isIn = state === 'true';
      },
    };
  },
};

/** What a life goes on with. */
export async function flipConfig(
  database: Database,
  profile: string,
): Promise<Pick<KernelConfig, 'strategies' | 'shelf'>> {
  return {
    strategies: await latestStrategies(database, profile, (text) => {
      throw new Error(text);
    }),
    shelf: { find: (name) => (name === NAME ? flip : undefined) },
  };
}

/** What lets it trade, or more than now, at a venue that is armed; undefined: it does, or cannot. */
export function flipSetup(kernel: Kernel, venue: VenueName): StrategySetup | undefined {
  const { state, refusal } = kernel.armings.of(venue);
  const { universe } = kernel.portfolio;
  const market = kernel.config.instruments.find((one) => one.venue === venue && universe.isCash(one.quote));
  if (refusal !== '' || market === undefined) return undefined;
  const { symbol } = market;
  const strategy = `${NAME}:${venue}:${symbol}`;
  const before = kernel.strategies.get(strategy)?.setup.mode ?? 'shadow';
  const isGrown = before === 'canary' && state === 'armed';
  if (isAtAccount(before) && !isGrown) return undefined;
  return {
    strategy,
    name: NAME,
    version: 1,
    code: NAME,
    mode: isGrown ? 'full' : 'canary',
    markets: [{ venue, symbol }],
    barSeconds: 1,
    stake: FLIP_STAKE,
    maxSlippageBps: 50,
    parameters: {},
    // What takes it back in these worlds is what befalls its orders.
    lossBudget: isGrown ? FLIP_STAKE : '60',
  };
}
