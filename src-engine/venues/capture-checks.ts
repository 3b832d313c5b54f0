/** Venues whose recorded frames can be checked, and how each is. */
import { BinanceCaptureReader } from './binance/capture-reader.ts';
import { BookCheck } from './capture/book-check.ts';
import type { CaptureCheck } from './capture/check-report.ts';
import { KrakenCaptureCheck } from './kraken/capture-check.ts';

export const CAPTURE_CHECKS: ReadonlyMap<string, () => CaptureCheck> = new Map([
  ['kraken', (): CaptureCheck => new KrakenCaptureCheck()],
  ['binance', (): CaptureCheck => new BookCheck(new BinanceCaptureReader('binance'))],
  ['binance-us', (): CaptureCheck => new BookCheck(new BinanceCaptureReader('binance-us'))],
]);
