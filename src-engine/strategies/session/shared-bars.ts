/** The bars of a session's strategies: those with bars of one length share those of a market, and bars are made only for strategies that are on. */
import type { BookStore } from '../../books/book-store.ts';
import type { InstrumentId } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { MarketBars } from './market-bars.ts';
import type { RunningStrategy } from './running-strategy.ts';

type Series = { readonly instrumentId: InstrumentId; readonly barSeconds: number; readonly bars: MarketBars };

export class SharedBars {
  readonly #store: BookStore;
  #series: Series[] = [];
  /** Those of strategies that are on. */
  #active: Series[] = [];
  /** By instrument, so that a trade finds its bars without a search. */
  #seriesOf: (Series[] | undefined)[] = [];
  /** Those that ended with the last tick. */
  readonly ended = new Set<MarketBars>();

  constructor(store: BookStore) {
    this.#store = store;
  }

  of(instrument: Instrument, barSeconds: number): MarketBars {
    const { id } = instrument;
    const known = this.#series.find((one) => one.instrumentId === id && one.barSeconds === barSeconds);
    if (known !== undefined) return known.bars;
    const bars = new MarketBars(instrument, this.#store.sync(id), barSeconds * US_PER_SECOND);
    this.#series.push({ instrumentId: id, barSeconds, bars });
    return bars;
  }

  /** @param all strategies of the session. */
  refresh(all: readonly RunningStrategy[]): void {
    const used = new Set(
      all.filter((one) => one.isOn).flatMap(({ markets }) => markets.map(({ bars }) => bars)),
    );
    const known = new Set(all.flatMap(({ markets }) => markets.map(({ bars }) => bars)));
    this.#series = this.#series.filter(({ bars }) => known.has(bars));
    this.#seriesOf = [];
    this.#active = this.#series.filter(({ bars }) => used.has(bars));
    for (const series of this.#active) {
      (this.#seriesOf[series.instrumentId] ??= []).push(series);
    }
  }

  onTrade(trade: TradePrint): void {
    const series = this.#seriesOf[trade.instrumentId];
    if (series === undefined) return;
    for (const { bars } of series) bars.onTrade(trade);
  }

  /** @returns whether one ended. */
  onTick(nowUs: TimeUs): boolean {
    this.ended.clear();
    for (const { bars } of this.#active) if (bars.onTick(nowUs)) this.ended.add(bars);
    return this.ended.size > 0;
  }
}
