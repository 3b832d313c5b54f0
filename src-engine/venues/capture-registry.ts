/**
 * Venues whose recordings can be checked before there is an adapter: a folder with a capture reader, and a line here. With its
 * adapter a venue moves to the registry.
 */
import { BookCheck } from './capture/book-check.ts';
import type { CaptureReader } from './capture/book-message.ts';
import { PoloniexCaptureReader } from './poloniex/capture-reader.ts';
import { UpbitCaptureReader } from './upbit/capture-reader.ts';
import type { CaptureVenue } from './venue-adapter.ts';

export const CAPTURES_ONLY: readonly CaptureVenue[] = [
  venue('poloniex', 'Poloniex', () => new PoloniexCaptureReader()),
  venue('upbit', 'Upbit', () => new UpbitCaptureReader()),
];

function venue(id: string, title: string, reader: () => CaptureReader): CaptureVenue {
  return { id, title, checkCapture: () => new BookCheck(reader()) };
}
