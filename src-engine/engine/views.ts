/** The conflated views: read from the kernel on demand, once a frame. */
import { type BookView, type QuoteView, topics, type TopicView } from '../contract/topics.ts';
import type { BookSync } from '../books/book-sync.ts';
import type { DecimalText } from '../domain/decimal.ts';
import { equityParts } from '../domain/equity-parts.ts';
import type { EquityParts } from '../domain/event.ts';
import type { InstrumentId } from '../domain/ids.ts';
import { type Instrument, isTradable } from '../domain/instrument.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { TradingSession } from './trading-session.ts';

/** A view of a session's markets, as its topic says. @throws ZodError for params that do not fit the topic. */
export function marketView(
  { parts: { kernel }, watch }: Pick<TradingSession, 'parts' | 'watch'>,
  topic: 'quotes' | 'book' | 'trades' | 'bars',
  params: unknown,
  nowUs: number,
): unknown {
  if (topic === 'quotes') return quotesView(kernel, nowUs);
  if (topic === 'book') return bookView(kernel, topics.book.params.parse(params), nowUs);
  if (topic === 'trades') {
    const { instrumentId, limit } = topics.trades.params.parse(params);
    return watch.trades(instrumentId, limit);
  }
  const { instrumentId, span } = topics.bars.params.parse(params);
  return watch.barsView(instrumentId, span);
}

/** Since the book last changed; null before its first message. */
function ageUs(sync: BookSync, nowUs: number): number | null {
  return sync.lastUpdateUs === 0 ? null : Math.max(0, nowUs - sync.lastUpdateUs);
}

export function quotesView(kernel: Kernel, nowUs: number): TopicView<'quotes'> {
  return { quotes: kernel.config.instruments.map((instrument) => quoteOf(kernel, instrument, nowUs)) };
}

function quoteOf(kernel: Kernel, instrument: Instrument, nowUs: number): QuoteView {
  const sync = kernel.store.sync(instrument.id);
  const { book } = sync;
  const hasBid = book.bidCount > 0;
  const hasAsk = book.askCount > 0;
  return {
    instrumentId: instrument.id,
    state: sync.state,
    isTradable: isTradable(instrument),
    ageUs: ageUs(sync, nowUs),
    bid: hasBid ? (book.bidPrices[0] ?? 0) : 0,
    bidQty: hasBid ? (book.bidQtys[0] ?? 0) : 0,
    ask: hasAsk ? (book.askPrices[0] ?? 0) : 0,
    askQty: hasAsk ? (book.askQtys[0] ?? 0) : 0,
  };
}

/** The best levels of one book, or undefined when there is no such instrument. */
export function bookView(
  kernel: Kernel,
  params: { readonly instrumentId: InstrumentId; readonly levels: number },
  nowUs: number,
): BookView | undefined {
  if (params.instrumentId >= kernel.config.instruments.length) return undefined;
  const sync = kernel.store.sync(params.instrumentId);
  const { book } = sync;
  return {
    instrumentId: params.instrumentId,
    state: sync.state,
    ageUs: ageUs(sync, nowUs),
    bids: interleave(book.bidPrices, book.bidQtys, Math.min(book.bidCount, params.levels)),
    asks: interleave(book.askPrices, book.askQtys, Math.min(book.askCount, params.levels)),
  };
}

function interleave(prices: Float64Array, qtys: Float64Array, count: number): number[] {
  const levels: number[] = [];
  for (let level = 0; level < count; level++) levels.push(prices[level] ?? 0, qtys[level] ?? 0);
  return levels;
}

export function portfolioView(
  kernel: Kernel,
  nowUs: number,
  cycles: DecimalText,
): TopicView<'portfolio'> & { readonly equity: EquityParts } {
  return {
    balances: kernel.portfolio.snapshot(),
    equity: equityParts(kernel.portfolio.sample(nowUs), cycles, kernel.portfolio.costNotValued()),
  };
}
