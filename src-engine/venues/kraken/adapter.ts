import { US_PER_SECOND } from '../../domain/time.ts';
import type { VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { KrakenCaptureCheck } from './capture-check.ts';
import { KrakenFeed } from './feed.ts';
import type { LeftOutPair } from './instruments.ts';
import { KRAKEN } from './market-decoder.ts';
import { KrakenRest } from './rest.ts';

/** Deep enough for the sizes that are traded, and cheap enough for hundreds of pairs. */
const BOOK_DEPTH = 25;

const restOf = ({ clock, network, random, urls }: VenueContext): KrakenRest =>
  new KrakenRest({ clock, network, random, baseUrl: urls?.rest });

export const krakenAdapter: VenueAdapter = {
  id: KRAKEN,
  title: 'Kraken',
  bookDepth: BOOK_DEPTH,
  readTime: async (context) => {
    const seconds = await restOf(context).time();
    return { timeUs: seconds * US_PER_SECOND, stepUs: US_PER_SECOND };
  },
  listInstruments: async (context) => {
    const leftOut: LeftOutPair[] = [];
    const instruments = await restOf(context).assetPairs((pair) => leftOut.push(pair));
    return { instruments, leftOut };
  },
  openFeed: ({ clock, network, random, urls }) =>
    new KrakenFeed({ clock, network, random, depth: BOOK_DEPTH, url: urls?.stream }),
  checkCapture: () => new KrakenCaptureCheck(),
};
