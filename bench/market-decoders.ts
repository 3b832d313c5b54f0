/** Decoders of the venues whose frames the bench makes. */
import type { Instrument } from '../src-engine/domain/instrument.ts';
import { BitfinexDecoder } from '../src-engine/venues/bitfinex/decoder.ts';
import { bitgetDecoder } from '../src-engine/venues/bitget/feed.ts';
import { bitstampDecoder } from '../src-engine/venues/bitstamp/feed.ts';
import { bybitDecoder } from '../src-engine/venues/bybit/feed.ts';
import { CoinbaseDecoder } from '../src-engine/venues/coinbase/market-decoder.ts';
import { cryptocomDecoder } from '../src-engine/venues/cryptocom/feed.ts';
import { gateDecoder } from '../src-engine/venues/gate/feed.ts';
import { geminiDecoder } from '../src-engine/venues/gemini/feed.ts';
import { htxDecoder } from '../src-engine/venues/htx/feed.ts';
import { kucoinDecoder } from '../src-engine/venues/kucoin/feed.ts';
import { OkxDecoder } from '../src-engine/venues/okx/market-decoder.ts';
import type { MarketSink } from '../src-engine/venues/market-feed.ts';

/** Makes what reads a venue's frames. */
export type DecoderOf = (
  instruments: readonly Instrument[],
  sink: MarketSink,
) => ReturnType<typeof gateDecoder> | CoinbaseDecoder;

export const MARKET_DECODERS: Readonly<Record<string, DecoderOf>> = {
  okx: (instruments, sink) => new OkxDecoder(instruments, sink, 'okx'),
  bybit: (instruments, sink) => bybitDecoder(instruments, sink, 'bybit'),
  kucoin: (instruments, sink) => kucoinDecoder(instruments, sink, 'kucoin'),
  coinbase: (instruments, sink) => new CoinbaseDecoder(instruments, sink, 'coinbase'),
  bitget: (instruments, sink) => bitgetDecoder(instruments, sink, 'bitget'),
  gate: (instruments, sink) => gateDecoder(instruments, sink, 'gate'),
  bitstamp: (instruments, sink) => bitstampDecoder(instruments, sink, 'bitstamp'),
  cryptocom: (instruments, sink) => cryptocomDecoder(instruments, sink, 'cryptocom'),
  gemini: (instruments, sink) => geminiDecoder(instruments, sink, 'gemini'),
  htx: (instruments, sink) => htxDecoder(instruments, sink, 'htx'),
  bitfinex: (instruments, sink) => new BitfinexDecoder(instruments, sink, 'bitfinex'),
};

export type MarketDecoder = ReturnType<DecoderOf>;
