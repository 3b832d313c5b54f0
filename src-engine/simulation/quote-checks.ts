/**
 * A quote does not stand at its exchange for long once nothing may be quoted: while nothing is wrong with the world its cancel is there
 * within moments, and whatever befalls it the venue's own countdown has ended it.
 */
import type { Instrument } from '../domain/instrument.ts';
import { DEFAULT_EXECUTION } from '../domain/limits.ts';
import { makerMarketsOf } from '../domain/maker-settings.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import { COUNTDOWN_MS } from '../execution/dead-man-switch.ts';
import type { Planned } from './fault-plan.ts';
import { NakedQuotes } from './naked-quotes.ts';
import type { World } from './world.ts';

const LOOK_US: DurationUs = 250 * US_PER_MS;
/** The way to the venue, and what is on the way already. */
const MOMENTS_US: DurationUs = 4 * US_PER_SECOND;
/** After a fault connections are made anew, and what was lost is sent again. */
const RECOVERY_US: DurationUs = 20 * US_PER_SECOND;
const COUNTDOWN_US: DurationUs = COUNTDOWN_MS * US_PER_MS + 5 * US_PER_SECOND;

type Standing = {
  readonly venue: string;
  readonly symbol: string;
  /** Known only once it was placed: not yet while its exchange reports it. */
  readonly isForeign: () => boolean;
  unwantedUs: TimeUs | undefined;
  isCalm: boolean;
};

export class QuoteChecks {
  /** Longest time for which one stood that was not wanted, in ms: while nothing was wrong, and in any case. */
  readonly longestMs = { calm: 0, any: 0 };
  /** Whether what was filled is hedged in time. */
  readonly naked: NakedQuotes;
  readonly #world: World;
  readonly #breach: (what: string) => void;
  readonly #open = new Map<string, Standing>();
  #faultyUntilUs: TimeUs = 0;

  constructor(world: World, breach: (what: string) => void) {
    this.#world = world;
    this.#breach = breach;
    const kernel = () => world.engine?.kernel;
    this.naked = new NakedQuotes(
      {
        markets: makerMarketsOf(world.quotes),
        nowUs: () => world.clock.nowUs(),
        instruments: () => kernel()?.config.instruments ?? [],
        deadlineMs: () => (kernel()?.execution ?? DEFAULT_EXECUTION).makerDeadlineMs,
        isCalm: (hedge) => this.#isHedgeable(hedge),
      },
      breach,
    );
    for (const { core, venue, otherProgram } of world.exchanges) {
      core.listen({
        onExecution: ({ kind, order }) => {
          if (order.terms.timeInForce !== 'gtc') return;
          const isForeign = (): boolean => otherProgram.has(order.orderId);
          const key = `${venue} ${order.orderId}`;
          const { symbol } = order.terms.market.pair;
          if (kind === 'new')
            this.#open.set(key, { venue, symbol, isForeign, unwantedUs: undefined, isCalm: true });
          else if (kind === 'canceled' || kind === 'filled') this.#end(key);
        },
        onLedger: () => undefined,
      });
    }
    this.#again();
  }

  onFault({ atUs, lastsUs }: Planned, startUs: TimeUs): void {
    this.#faultyUntilUs = Math.max(this.#faultyUntilUs, startUs + atUs + lastsUs + RECOVERY_US);
  }

  /** Something has befallen the world, or did a moment ago. */
  isFaulty(nowUs: TimeUs): boolean {
    return this.#world.engine === undefined || nowUs < this.#faultyUntilUs;
  }

  /** Nothing is wrong with the world, there is a book to hedge in, and no order of another program holds back what pays for it. */
  #isHedgeable({ id, venue }: Instrument): boolean {
    const { clock, engine, exchanges } = this.#world;
    if (this.isFaulty(clock.nowUs()) || engine?.kernel.store.sync(id).state !== 'live') return false;
    return exchanges.every((one) => one.venue !== venue || one.otherProgram.open.length === 0);
  }

  #again(): void {
    const { clock } = this.#world;
    clock.schedule(clock.nowUs() + LOOK_US, () => {
      this.#look(clock.nowUs());
      this.#again();
    });
  }

  #look(nowUs: TimeUs): void {
    const lines = this.#quotable(nowUs);
    const isFaulty = this.isFaulty(nowUs);
    this.naked.look();
    for (const [key, one] of this.#open) {
      if (one.isForeign()) {
        this.#open.delete(key);
        continue;
      }
      const isWanted = lines.some(({ quotedAt, symbol }) => quotedAt === one.venue && symbol === one.symbol);
      if (isWanted) one.unwantedUs = undefined;
      else if (one.unwantedUs === undefined) [one.unwantedUs, one.isCalm] = [nowUs, !isFaulty];
      else if (isFaulty) one.isCalm = false;
      const sinceUs = one.unwantedUs ?? nowUs;
      if (nowUs - sinceUs > (one.isCalm ? MOMENTS_US : COUNTDOWN_US)) {
        const seconds = ((nowUs - sinceUs) / US_PER_SECOND).toFixed(1);
        this.#breach(`order ${key} stands for ${seconds} s though nothing is to be quoted`);
        this.#open.delete(key);
      }
    }
  }

  /** Markets whose quotes may stand: nothing is in their way, and both books are there. */
  #quotable(nowUs: TimeUs): { readonly quotedAt: string; readonly symbol: string }[] {
    const { engine } = this.#world;
    if (engine === undefined) return [];
    const { store, desk } = engine.kernel;
    // By its coins: venues write symbols each in their own way.
    const isLive = (symbol: string, at: string): boolean =>
      store.instruments.some(
        ({ id, venue, base, quote }) =>
          venue === at &&
          `${assetName(base)}/${assetName(quote)}` === symbol &&
          store.sync(id).state === 'live',
      );
    return desk.maker
      .standings(nowUs)
      .filter(
        ({ obstacle, symbol, quotedAt, hedgedAt }) =>
          obstacle === '' && isLive(symbol, quotedAt) && isLive(symbol, hedgedAt),
      );
  }

  #end(key: string): void {
    const { unwantedUs, isCalm } = this.#open.get(key) ?? {};
    this.#open.delete(key);
    if (unwantedUs === undefined) return;
    const lastedMs = (this.#world.clock.nowUs() - unwantedUs) / US_PER_MS;
    this.longestMs.any = Math.max(this.longestMs.any, lastedMs);
    if (isCalm === true) this.longestMs.calm = Math.max(this.longestMs.calm, lastedMs);
  }
}
