/**
 * The engine's figures in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats), from the very
 * records that the window shows. Durations are in seconds and sizes in bytes, as its naming rules ask.
 */
import type { EngineHealth, EngineStatus } from '../contract/records.ts';
import { DURABILITIES } from '../domain/durability.ts';
import { type DeskFigures, deskLines } from './desk-metrics.ts';
import { heading, histogram, metric, type Sample } from './exposition.ts';

export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const US_PER_SECOND = 1_000_000;

/** @param health undefined while no session runs: then only what is known without one is given. @param desk the same of its parts. */
export function prometheusText(
  status: EngineStatus,
  health: EngineHealth | undefined,
  desk: DeskFigures,
): string {
  const { counters } = status;
  const flag = (on: boolean): Sample[] => [{ value: on ? 1 : 0 }];
  const info = { version: status.version, profile: status.profile ?? '', mode: status.mode ?? '' };
  const lines = [
    ...metric('parallax_info', 'gauge', 'Version, profile and mode of the engine.', [
      { labels: { ...info, simulated: String(status.simulatedMarket) }, value: 1 },
    ]),
    ...metric('parallax_killed', 'gauge', 'Whether the kill switch is on.', flag(status.killed)),
    ...metric('parallax_paused', 'gauge', 'Whether no new cycle is started.', flag(status.paused)),
    ...metric(
      'parallax_storage_healthy',
      'gauge',
      'Whether facts become durable.',
      flag(status.storage.healthy),
    ),
    ...metric(
      'parallax_intent_durability',
      'gauge',
      'What an order’s intent survives before the order is sent: 1 for the level in use.',
      DURABILITIES.map((level) => ({
        labels: { level },
        value: level === status.storage.durability ? 1 : 0,
      })),
    ),
    ...metric('parallax_orders_in_flight', 'gauge', 'Orders that have not ended.', [
      { value: status.ordersInFlight },
    ]),
    ...metric(
      'parallax_feed_alive_age_seconds',
      'gauge',
      'Since the last sign of life of a venue.',
      status.feeds.map(({ venue, aliveAgeUs }) => ({
        labels: { venue },
        value: aliveAgeUs === null ? Number.NaN : aliveAgeUs / US_PER_SECOND,
      })),
    ),
    ...metric(
      'parallax_books',
      'gauge',
      'Books by state; only live ones are traded.',
      status.feeds.flatMap(({ venue, booksLive, booksSyncing, booksStale }) => [
        { labels: { venue, state: 'live' }, value: booksLive },
        { labels: { venue, state: 'syncing' }, value: booksSyncing },
        { labels: { venue, state: 'stale' }, value: booksStale },
      ]),
    ),
    ...metric(
      'parallax_checksum_mismatches_total',
      'counter',
      'Book messages whose checksum did not match.',
      status.feeds.map(({ venue, checksumMismatches }) => ({ labels: { venue }, value: checksumMismatches })),
    ),
    ...metric('parallax_book_updates_total', 'counter', 'Book messages taken in.', [
      { value: counters.bookUpdates },
    ]),
    ...metric('parallax_opportunities_total', 'counter', 'Opportunities that opened.', [
      { value: counters.opportunities },
    ]),
    ...metric('parallax_orders_total', 'counter', 'Orders made.', [{ value: counters.orders }]),
    ...metric('parallax_fills_total', 'counter', 'Fills booked.', [{ value: counters.fills }]),
    ...metric('parallax_denials_total', 'counter', 'Orders that risk denied.', [{ value: counters.denials }]),
    ...(health === undefined ? [] : healthLines(health)),
    ...deskLines(desk),
  ];
  return `${lines.join('\n')}\n`;
}

function healthLines({ stages, loop, queue, conflatedBooks, memory }: EngineHealth): string[] {
  return [
    ...heading('parallax_stage_seconds', 'histogram', 'Time of each stage between a frame and an order.'),
    ...stages.flatMap(({ stage, total }) => histogram('parallax_stage_seconds', total, { stage })),
    ...heading('parallax_loop_delay_seconds', 'histogram', 'How late the event loop comes to what is due.'),
    ...histogram('parallax_loop_delay_seconds', loop.total, {}),
    ...metric('parallax_inputs_waiting', 'gauge', 'Inputs of the kernel that wait.', [
      { value: queue.waiting },
    ]),
    ...metric('parallax_books_conflated_total', 'counter', 'Book messages not looked at by themselves.', [
      { value: conflatedBooks },
    ]),
    ...metric('parallax_resident_bytes', 'gauge', 'Memory of the engine’s process.', [
      { value: memory.residentBytes },
    ]),
    ...metric('parallax_heap_bytes', 'gauge', 'Heap in use of the engine’s process.', [
      { value: memory.heapBytes },
    ]),
  ];
}
