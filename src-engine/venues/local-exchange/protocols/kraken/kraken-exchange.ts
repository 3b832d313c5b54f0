/** The local exchange as Kraken: the core with Kraken's names, ids, fees in quote, tokens and limits. */
import type { TimeUs } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { ExchangeCore } from '../../core/exchange-core.ts';
import type { FeeSchedule, Pair } from '../../core/pair.ts';
import type { OrderOwner } from '../../core/orders/client-order.ts';
import { KrakenIds } from './kraken-ids.ts';
import { ASSETS, type KrakenPair, krakenPair } from './pairs.ts';
import { RateLimits, type Tier } from './rate-limits.ts';
import { SocketTokens } from './socket-tokens.ts';
import { VenueError } from './venue-error.ts';

export type KrakenExchangeOptions = {
  readonly pairs: readonly KrakenPair[];
  readonly fees: FeeSchedule;
  readonly accounts: readonly AccountOptions[];
  readonly clock: Clock;
  /** Limits of this verification level, with a lockout for a client that passes one; without it no limits. */
  readonly limits?: Tier | undefined;
  /** AssetPairs lists fees, as Kraken's did until 2026-09-08; else they are an account's to ask for, as now. */
  readonly listsFees?: boolean | undefined;
};

export class KrakenExchange extends ExchangeCore {
  readonly listsFees: boolean;
  readonly limits: RateLimits | undefined;
  readonly tokens = new SocketTokens();
  #lockedUntilUs: TimeUs = 0;

  constructor(options: KrakenExchangeOptions) {
    const { pairs, fees, accounts, clock } = options;
    const limits = options.limits === undefined ? undefined : new RateLimits(options.limits);
    super({
      pairs,
      fees,
      accounts,
      clock,
      limits,
      assets: ASSETS.keys(),
      ids: new KrakenIds(clock.nowUs()),
      feeRule: { chargedIn: 'quote' },
      namesOf,
    });
    this.limits = limits;
    this.faults.onBan = (forUs) => {
      this.#lockedUntilUs = this.clock.nowUs() + forUs;
    };
    this.listsFees = options.listsFees ?? true;
  }

  /** @throws VenueError while all clients are locked out, or this account for having passed a limit. */
  requireUnlocked(account: OrderOwner): void {
    const nowUs = this.clock.nowUs();
    if (nowUs < this.#lockedUntilUs) throw new VenueError('EGeneral:Temporary lockout');
    this.limits?.requireUnlocked(account, nowUs);
  }

  /** Gives a pair other names in REST; its symbol stays. Clients that remember the old ones are not notified. */
  renamePair(symbol: string, restName: string, altName: string): void {
    const renamed: KrakenPair = { ...krakenPair(this.market(symbol)), restName, altName };
    this.replacePair(renamed);
  }
}

function namesOf(pair: Pair): readonly string[] {
  const { symbol, restName, altName, wsName } = pair as KrakenPair;
  return [wsName, altName, restName, symbol];
}
