/**
 * The journal as a stream of server-sent events. Each client reads the journal on from the number that it has, whether that is a
 * second or a week old, and gets the next page once it has taken this one: nothing waits in memory but one page, and nothing is
 * left out. A fact is sent once it is durable.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, type OperationOutput, operations, type Role } from '../../contract/operations.ts';
import { MAX_PAGE } from '../../contract/resources.ts';
import type { Problem } from '../../domain/errors.ts';
import { US_PER_MS } from '../../domain/time.ts';
import type { ApiClients } from '../api-clients.ts';
import { callOperation } from '../call.ts';
import { tooOften } from '../client-pace.ts';
import type { GatewayHost } from '../host.ts';
import { sendProblem } from './problem-answer.ts';

type Page = OperationOutput<'listEvents'>;
type Place = { readonly profile: string; readonly seq: number };

export const EVENTS_PATH = '/api/v1/events';
/** Streams by role: however many viewers follow, an operator has a place. */
export const MAX_STREAMS: Readonly<Record<Role, number>> = { viewer: 8, operator: 16 };
/** Of one key: a program that forgets to close its streams takes no place from the others. */
export const MAX_STREAMS_A_KEY = 3;
/** Facts of so long are read together. */
const GATHER_US = 100 * US_PER_MS;
/** A comment this often keeps the connection, and shows that it is alive. */
const ALIVE_US = 15_000 * US_PER_MS;
/** After a reader that was busy. */
const BUSY_US = 1_000 * US_PER_MS;

export class EventStreams {
  readonly #host: GatewayHost;
  readonly #clients: ApiClients;
  readonly #open: Readonly<Record<Role, Set<EventStream>>> = { viewer: new Set(), operator: new Set() };

  readonly #endRevocations: () => void;

  constructor(host: GatewayHost, clients: ApiClients) {
    this.#host = host;
    this.#clients = clients;
    this.#endRevocations = host.subscribeRevocations(() => {
      for (const stream of this.#all()) stream.cutIfRevoked();
    });
  }

  #all(): EventStream[] {
    return [...this.#open.viewer, ...this.#open.operator];
  }

  /** Clients that follow now. */
  get count(): number {
    return this.#open.viewer.size + this.#open.operator.size;
  }

  async open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = this.#clients.callerOf(request);
    const { from, types, problem } = whatIsAsked(request);
    if (problem !== undefined) return sendProblem(reply, problem);
    const own = this.#open[caller.role];
    const full = fullness(own, caller);
    if (full !== undefined) return sendProblem(reply, { code: 'too-many-streams', ...full }, 503);
    const retryMs = this.#clients.retryMsOf('streamedPage', request);
    if (retryMs > 0) return sendProblem(reply, tooOften(retryMs));
    reply.hijack();
    const headers = reply.getHeaders() as Record<string, string>;
    reply.raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const stream = new EventStream({
      host: this.#host,
      caller,
      types,
      response: reply.raw,
      isValid: () => this.#clients.isStillValid(request),
      retryMs: () => this.#clients.retryMsOf('streamedPage', request),
    });
    own.add(stream);
    reply.raw.once('close', () => {
      stream.close();
      own.delete(stream);
    });
    stream.start(from);
    return reply;
  }

  close(): void {
    this.#endRevocations();
    for (const stream of this.#all()) stream.close();
  }
}

/** Why there is no place for one more stream of that caller; undefined: there is one. */
function fullness(own: ReadonlySet<EventStream>, { role, scope, via }: Caller) {
  const ofKey = scope === undefined ? 0 : [...own].filter((stream) => stream.via === via).length;
  if (ofKey >= MAX_STREAMS_A_KEY) {
    const message = `${MAX_STREAMS_A_KEY} streams of this key are open already`;
    return { field: 'key', value: via.replace(/^key:/, ''), message };
  }
  if (own.size < MAX_STREAMS[role]) return undefined;
  return {
    field: 'role',
    value: role,
    message: `${MAX_STREAMS[role]} streams of this role are open already`,
  };
}

type StreamParts = {
  readonly host: GatewayHost;
  readonly caller: Caller;
  readonly types: readonly string[] | undefined;
  readonly response: ServerResponse;
  readonly isValid: () => boolean;
  /** In how many milliseconds the next page of its history may be read; 0: now, and it counts as read. */
  readonly retryMs: () => number;
};

class EventStream {
  readonly #parts: StreamParts;
  #place: Place | undefined;
  #isReading = false;
  #isWanted = false;
  #isClosed = false;
  #endFacts: () => void = () => undefined;
  #cancelRead: (() => void) | undefined;
  #cancelAlive: () => void = () => undefined;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  start(from: Place | undefined): void {
    this.#place = from;
    this.#parts.response.write(comment('parallax', from));
    this.#endFacts = this.#parts.host.subscribeFacts(() => this.#readIn(GATHER_US));
    this.#aliveLater();
    this.#readIn(0);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#endFacts();
    this.#cancelRead?.();
    this.#cancelAlive();
    this.#parts.response.end();
  }

  get via(): string {
    return this.#parts.caller.via;
  }

  /** Ends it at once: what waits for a client that does not read is not sent any more, and its place is free. */
  #cut(): void {
    this.close();
    this.#parts.response.destroy();
  }

  cutIfRevoked(): void {
    if (!this.#parts.isValid()) this.#cut();
  }

  #aliveLater(): void {
    const { clock } = this.#parts.host;
    this.#cancelAlive = clock.schedule(clock.nowUs() + ALIVE_US, () => {
      if (!this.#parts.isValid()) return this.#cut();
      // A client that takes nothing is not given more.
      if (!this.#parts.response.writableNeedDrain) this.#parts.response.write(comment('alive', this.#place));
      this.#aliveLater();
    });
  }

  #readIn(us: number): void {
    this.#isWanted = true;
    if (this.#isReading || this.#isClosed) return;
    const { clock } = this.#parts.host;
    this.#cancelRead ??= clock.schedule(clock.nowUs() + us, () => {
      this.#cancelRead = undefined;
      this.#isReading = true;
      void this.#readOn()
        .catch(() => this.#cut())
        .finally(() => {
          this.#isReading = false;
          if (this.#isWanted) this.#readIn(GATHER_US);
        });
    });
  }

  /** Page after page, until there is nothing new. */
  async #readOn(): Promise<void> {
    this.#isWanted = false;
    // The first page was paid by the opening, or is of facts that came by now: only a client chooses how much history it reads.
    let isPaid = true;
    for (;;) {
      if (!isPaid) await this.#turn();
      if (this.#isClosed) return;
      if (!this.#parts.isValid()) return this.#cut();
      const page = await this.#page();
      if (page === undefined) {
        await this.#wait(BUSY_US);
        isPaid = true;
        continue;
      }
      await this.#send(page);
      if (page.seq >= page.lastSeq) return;
      isPaid = false;
    }
  }

  /** Resolves when the next page of history may be read. */
  async #turn(): Promise<void> {
    for (let ms = this.#parts.retryMs(); ms > 0 && !this.#isClosed; ms = this.#parts.retryMs())
      await this.#wait(ms * US_PER_MS);
  }

  #wait(us: number): Promise<void> {
    const { clock } = this.#parts.host;
    return new Promise((resolve) => clock.schedule(clock.nowUs() + us, resolve));
  }

  /** The next page; undefined: the reader was busy, or nothing runs yet. */
  async #page(): Promise<Page | undefined> {
    const { host, caller, types } = this.#parts;
    const afterSeq = this.#place?.seq ?? Number.MAX_SAFE_INTEGER;
    const input = { afterSeq, limit: MAX_PAGE, types };
    const result = await callOperation(host, caller, 'listEvents', input);
    if (!result.ok) return undefined;
    return ('answer' in result ? JSON.parse(result.answer.takeText()) : result.data) as Page;
  }

  async #send(page: Page): Promise<void> {
    const { profile, lastSeq } = page;
    const place = this.#place;
    const isLost = place !== undefined && (place.profile !== profile || place.seq > lastSeq);
    if (place === undefined || isLost) {
      // From here on; what was before is asked for by the resources.
      this.#place = { profile, seq: lastSeq };
      if (!isLost) await this.#write(comment('from here', this.#place));
      const why = place?.profile === profile ? 'the journal is shorter than that' : 'another profile runs';
      if (isLost)
        await this.#write(frame(this.#place, 'gap', { asked: idOf(place), why, snapshot: '/api/v1/status' }));
      return;
    }
    const unread = page.unread.map(({ seq, problem }) => frame({ profile, seq }, 'unread', { seq, problem }));
    const events = page.events.map(({ seq, runId, event }) =>
      frame({ profile, seq }, event.type, { seq, runId, event }),
    );
    await this.#write([...unread, ...events].join(''));
    this.#place = { profile, seq: page.seq };
  }

  /** Resolves once the client's system has taken it, or the connection has ended. */
  async #write(text: string): Promise<void> {
    const { response } = this.#parts;
    if (text === '' || this.#isClosed || response.write(text)) return;
    await new Promise<void>((resolve) => {
      const over = (): void => {
        response.off('drain', over);
        response.off('close', over);
        resolve();
      };
      response.once('drain', over);
      response.once('close', over);
    });
  }
}

const idOf = ({ profile, seq }: Place): string => `${profile}:${seq}`;

/** With the id of the place, if it has one: a client that is cut before the first event comes back with it, and misses nothing. */
function comment(text: string, place: Place | undefined): string {
  return `: ${text}\n${place === undefined ? '' : `id: ${idOf(place)}\n`}\n`;
}

function frame(place: Place, event: string, data: object): string {
  return `id: ${idOf(place)}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Where to begin, from the header of a client that comes back or the parameter `after`, and which types. */
function whatIsAsked(request: FastifyRequest): {
  readonly from?: Place;
  readonly types: readonly string[] | undefined;
  readonly problem?: Problem;
} {
  const { after, types, ...others } = request.query as Record<string, string | readonly string[] | undefined>;
  const [unknown] = Object.keys(others);
  const bad = (field: string, value: unknown, message: string): { types: undefined; problem: Problem } => ({
    types: undefined,
    problem: { code: 'bad-input', field, value: String(value).slice(0, 80), message },
  });
  if (unknown !== undefined) return bad(unknown, others[unknown], 'is not a parameter of this resource');
  const wanted = types === undefined ? undefined : [types].flat().join(',').split(',');
  if (wanted !== undefined && !operations.listEvents.input.safeParse({ types: wanted }).success)
    return bad('types', types, 'is no list of types of events, such as orderCreated,orderFilled');
  const last = [request.headers['last-event-id'] ?? after].flat().join(',');
  if (last === '') return { types: wanted };
  const [, profile, seq] = /^([a-z0-9-]{1,40}):(\d{1,15})$/.exec(last) ?? [];
  if (profile === undefined) return bad('Last-Event-ID', last, 'is no id of this stream, such as demo:1234');
  return { from: { profile, seq: Number(seq) }, types: wanted };
}
