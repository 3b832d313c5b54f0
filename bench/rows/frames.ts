/** Frame → decision: against a library that only keeps books, and against the platform's own parser. */
import ccxt from 'ccxt';
import type { Instrument } from '../../src-engine/domain/instrument.ts';
import { bytesPerUpdate } from '../allocation.ts';
import { type FrameStream, frameStream } from '../frame-stream.ts';
import { parseNow } from '../calibration.ts';
import { HotPath } from '../hot-path.ts';
import { interleaved, spreadOf } from '../measure.ts';
import { boundedRow, calibratedRow, type Row, rowOf, versionOf } from '../report.ts';

const ROUNDS = 25;
const WARM_UP = 12;
/** Updates of a round: long streams are cut, so that a round of all contestants takes well below a second. */
const TIMED = 20_000;
const COUNTED = 1_000_000;
/** What one frame in a thousand may take at most, in calls of the calibration. */
const MOST_PARSES = 250;

/** ccxt's own handler of Kraken's WebSocket v2: JSON.parse and handleMessage, no checksum, no detection. */
class CcxtBooks {
  readonly #venue = new ccxt.pro.kraken();
  /** Never connected: frames are handed to it. */
  readonly #client = this.#venue.client('wss://127.0.0.1:9');

  feed(frame: string): void {
    this.#venue.handleMessage(this.#client, JSON.parse(frame));
  }

  /** Books that it keeps, to show that it did the work. */
  get books(): number {
    return Object.keys(this.#venue.orderbooks).length;
  }
}

export function frameRows(instruments: readonly Instrument[], streams: readonly FrameStream[]): Row[] {
  return streams.flatMap((stream) => rowsOf(instruments, stream));
}

function rowsOf(instruments: readonly Instrument[], stream: FrameStream): Row[] {
  const { snapshots } = stream;
  const updates = stream.updates.slice(0, TIMED);
  const short = frameStream(stream.name, snapshots, updates);
  const ours = new HotPath(instruments);
  const peer = new CcxtBooks();
  let parsed = 0;
  const [oursNs = [], ccxtNs = [], jsonNs = []] = interleaved(
    [
      { name: 'ours', prepare: () => ours.prepare(short), run: () => ours.run(short) },
      {
        name: 'ccxt',
        prepare: () => {
          for (const frame of snapshots) peer.feed(frame);
        },
        run: () => {
          for (let i = 0; i < updates.length; i++) peer.feed(updates[i] as string);
          return updates.length;
        },
      },
      {
        name: 'JSON.parse',
        run: () => {
          for (let i = 0; i < updates.length; i++) {
            parsed += (JSON.parse(updates[i] as string) as { data: unknown[] }).data.length;
          }
          return updates.length;
        },
      },
    ],
    ROUNDS,
    WARM_UP,
  );
  if (parsed === 0 || peer.books === 0) throw new Error(`${stream.name}: a peer did nothing`);
  const feedOurs = (index: number): void => ours.feed(short.updateBytes[index] as Buffer, index);
  const rounds = Math.ceil(200_000 / updates.length);
  const oursSpread = spreadOf(updates.length, rounds, feedOurs, () => ours.prepare(short));
  const peerSpread = spreadOf(
    updates.length,
    Math.ceil(rounds / 4),
    (index) => peer.feed(updates[index] as string),
    () => {
      for (const frame of snapshots) peer.feed(frame);
    },
  );
  ours.check(stream.name);
  const bytes = bytesPerUpdate(ours, stream, COUNTED);
  const isCapture = !stream.name.startsWith('generated');
  return [
    rowOf({
      name: `frame → decision (${stream.name})`,
      unit: 'ns/frame',
      ours: oursNs,
      peer: `ccxt ${versionOf('ccxt')}, parse and book alone`,
      peerValue: ccxtNs,
      atLeast: 3,
      less: true,
      oursSpread,
      peerSpread,
    }),
    rowOf({
      name: `frame → decision (${stream.name})`,
      unit: 'ns/frame',
      ours: oursNs,
      peer: 'JSON.parse of the frame alone',
      peerValue: jsonNs,
      atLeast: 1 / 1.5,
      less: true,
    }),
    ...(isCapture
      ? [boundedRow(`p99 over p50 (${stream.name})`, '×', oursSpread.p99 / oursSpread.p50, 5)]
      : []),
    calibratedRow(`p99.9 (${stream.name})`, oursSpread.p999 / 1_000, MOST_PARSES, parseNow()),
    boundedRow(
      `heap per update, ${COUNTED.toLocaleString('en-US')} updates, ${ours.opportunities} found (${stream.name})`,
      'bytes',
      bytes,
      16,
    ),
  ];
}
