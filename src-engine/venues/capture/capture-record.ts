/** One line of a recording of a venue's wire, whatever recorder wrote it. */
import { gunzipSync } from 'node:zlib';
import { UserError } from '../../domain/errors.ts';
import { US_PER_SECOND } from '../../domain/time.ts';

export type CaptureRecord = {
  /** Line of the file, from 1. */
  readonly line: number;
  /** `received`: a frame of a WebSocket. `http`: the body of a REST answer. `connect`: a connection opened. `other`: what was sent, headers. */
  readonly kind: 'received' | 'http' | 'connect' | 'other';
  /** Name of the connection; empty where the recording does not say, MARKET_LOG in a market log, which may be of several. */
  readonly connection: string;
  /** When it came, in µs since 1970; 0 where the recording does not say. */
  readonly atUs: number;
  /** Whole address of the REST request; address of the connection as the recording says it, empty where it does not. */
  readonly url: string;
  /** The frame or body, word for word. */
  readonly text: string;
  /** Of a frame that was recorded as bytes: they, unpacked where they were gzipped. */
  readonly bytes?: Buffer | undefined;
};

/** A market log keeps what a venue's feed took of all its connections, or what an import took of a capture, and names none. */
export const MARKET_LOG = 'market log';

const KINDS: Readonly<Record<string, CaptureRecord['kind']>> = {
  recv: 'received',
  http: 'http',
  connect: 'connect',
};

/** Bytes of a gzip frame as base64 text (HTX). */
const GZIP_BASE64 = /^H4sI[A-Za-z0-9+/]+={0,2}$/;
const GZIP_MAGIC = [0x1f, 0x8b];
/** Largest frame after unpacking: far above a venue's largest book, far below what fills a memory. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** `1723161253937085768 {"stream":…`: local nanoseconds and the frame, as hftbacktest's collector writes them. */
const TWO_COLUMNS = /^(\d{16,19})\s+(?=[[{])/;
const NS_PER_US = 1_000;

/** Stands where an address names no host. */
const NO_HOST = 'https://venue.invalid';

/**
 * Reads one line: `{"t":"recv"|"http"|…,"conn","ts","data"}`, `{"recv_ns","raw"}`, a market log's `{"t","raw"}`,
 * nanoseconds and a frame, or the bare frame.
 * @param venues names of the venue in market logs; a log of another venue is refused.
 * @throws UserError naming the line that cannot be read.
 */
export function readCaptureLine(text: string, line: number, venues: readonly string[]): CaptureRecord {
  const frame: CaptureRecord = { line, kind: 'received', connection: '', atUs: 0, url: '', text };
  const columns = TWO_COLUMNS.exec(text);
  if (columns !== null) {
    const atUs = Math.floor(Number(columns[1]) / NS_PER_US);
    return { ...frame, atUs, text: text.slice(columns[0].length) };
  }
  if (GZIP_BASE64.test(text)) return { ...frame, text: unpacked(text, line).toString('utf8') };
  const json = parseObject(text, line);
  if (json === undefined) return frame;
  if ('raw' in json) {
    if (typeof json['raw'] !== 'string') throw badLine(line, '"raw" is not text');
    const atUs = 'recv_ns' in json ? Math.floor(timeOf(json['recv_ns']) / NS_PER_US) : timeOf(json['t'] ?? 0);
    const connection = 'recv_ns' in json ? '' : MARKET_LOG;
    return { ...frame, connection, atUs: Number.isFinite(atUs) ? atUs : 0, text: json['raw'] };
  }
  if ('format' in json) {
    checkVenue(json, line, venues);
    return { ...frame, kind: 'other' };
  }
  if (typeof json['t'] === 'string' && 'conn' in json) return connectionRecord(json, json['t'], line);
  return frame;
}

/** A time as recorders write it, as a number or as text; NaN for all else. */
function timeOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

/** One line for a person: what is wrong with a line of the file. */
export function badLine(line: number, detail: string): UserError {
  return new UserError({
    code: 'bad-line',
    field: `line ${line}`,
    message: `cannot be read: ${detail}`,
    remedy: 'The file may have been cut off; record it again or remove the line.',
  });
}

function connectionRecord(json: Record<string, unknown>, type: string, line: number): CaptureRecord {
  const seconds = timeOf(json['ts']);
  const atUs = Number.isFinite(seconds) ? Math.round(seconds * US_PER_SECOND) : 0;
  const kind = (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) ?? 'other';
  const binary = json['b64'] ?? json['data'];
  const isBinary = typeof binary === 'string' && ('b64' in json || GZIP_BASE64.test(binary));
  const bytes = isBinary ? unpacked(binary, line) : undefined;
  const data = bytes?.toString('utf8') ?? json['data'];
  if ((kind === 'received' || kind === 'http') && typeof data !== 'string') {
    throw badLine(line, '"data" is not text');
  }
  const address = json['url'] ?? json['addr'];
  const named = typeof address === 'string' ? address : '';
  const url = kind === 'http' ? restAddress(named, line) : named;
  const connection = typeof json['conn'] === 'string' ? json['conn'] : '';
  return { line, kind, connection, atUs, url, text: typeof data === 'string' ? data : '', bytes };
}

/** Some recorders write the path of a REST call alone. @throws UserError naming the line of what is no address. */
function restAddress(address: string, line: number): string {
  if (URL.canParse(address)) return address;
  if (!URL.canParse(address, NO_HOST))
    throw badLine(line, `"${address.slice(0, 80)}" is no address of a REST call`);
  return new URL(address, NO_HOST).href;
}

/** The bytes of a binary frame, unpacked where they are gzipped. @throws UserError naming the line. */
function unpacked(base64: string, line: number): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes[0] !== GZIP_MAGIC[0] || bytes[1] !== GZIP_MAGIC[1]) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_FRAME_BYTES });
  } catch (error) {
    throw badLine(line, `its gzip frame is damaged: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

/** The object that a line holds; undefined for a frame that is an array (Bitfinex). */
function parseObject(text: string, line: number): Record<string, unknown> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badLine(line, error instanceof Error ? error.message : 'it is not JSON');
  }
  if (Array.isArray(json)) return undefined;
  if (typeof json !== 'object' || json === null) throw badLine(line, 'it is not a JSON object');
  return json as Record<string, unknown>;
}

function checkVenue(json: Record<string, unknown>, line: number, venues: readonly string[]): void {
  const named = json['venue'];
  if (named === undefined || (typeof named === 'string' && venues.includes(named))) return;
  throw new UserError({
    code: 'wrong-venue',
    field: `line ${line}: venue`,
    value: typeof named === 'string' ? named : JSON.stringify(named),
    message: `is not ${venues[0] ?? 'the venue'} that --venue names`,
    remedy: 'Name the venue of this recording with --venue.',
  });
}

/** Gives frames the address of their connection: most recorders write it once, where the connection opened. */
export class ConnectionAddresses {
  readonly #urls = new Map<string, string>();

  stamp(record: CaptureRecord): CaptureRecord {
    const { kind, connection, url } = record;
    if (kind === 'http' || connection === '') return record;
    if (url !== '') this.#urls.set(connection, url);
    const known = this.#urls.get(connection) ?? '';
    return kind !== 'received' || url !== '' || known === '' ? record : { ...record, url: known };
  }
}

/** How far a REST answer may lie ahead of the frames around it before it is taken all the same, in records. */
const MAX_HELD = 10_000;

/**
 * Puts REST answers where they belong in time: some recorders write them in a block of their own before the frames.
 * An answer is held until a frame of its time or later comes, or the file ends. Lines without a time keep their place.
 */
export class AnswersInTime {
  #held: CaptureRecord[] = [];

  /** @param take gets every record, in order. */
  push(record: CaptureRecord, take: (record: CaptureRecord) => void): void {
    if (record.kind === 'http' && record.atUs > 0 && this.#held.length < MAX_HELD) {
      this.#held.push(record);
      return;
    }
    if (record.kind === 'received' && record.atUs > 0) this.#release(record.atUs, take);
    take(record);
  }

  end(take: (record: CaptureRecord) => void): void {
    this.#release(Number.POSITIVE_INFINITY, take);
  }

  #release(nowUs: number, take: (record: CaptureRecord) => void): void {
    if (this.#held.length === 0) return;
    const isDue = ({ atUs }: CaptureRecord): boolean => atUs <= nowUs;
    const due = this.#held.filter(isDue).sort((a, b) => a.atUs - b.atUs);
    if (due.length === 0) return;
    this.#held = this.#held.filter((record) => !isDue(record));
    for (const record of due) take(record);
  }
}
