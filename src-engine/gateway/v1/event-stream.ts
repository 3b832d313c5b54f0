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
import type { GatewayHost } from '../host.ts';
import { sendProblem } from './problem-answer.ts';

type Page = OperationOutput<'listEvents'>;
type Place = { readonly profile: string; readonly seq: number };

/** Streams by role: however many viewers follow, an operator has a place. */
export const MAX_STREAMS: Readonly<Record<Role, number>> = { viewer: 8, operator: 16 };
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

  constructor(host: GatewayHost, clients: ApiClients) {
    this.#host = host;
    this.#clients = clients;
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
    if (own.size >= MAX_STREAMS[caller.role]) {
      const message = `${MAX_STREAMS[caller.role]} streams of this role are open already`;
      return sendProblem(
        reply,
        { code: 'too-many-streams', field: 'role', value: caller.role, message },
        503,
      );
    }
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
    for (const streams of Object.values(this.#open)) for (const stream of streams) stream.close();
  }
}

type StreamParts = {
  readonly host: GatewayHost;
  readonly caller: Caller;
  readonly types: readonly string[] | undefined;
  readonly response: ServerResponse;
  readonly isValid: () => boolean;
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
    this.#parts.response.write(': parallax\n\n');
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

  #aliveLater(): void {
    const { clock } = this.#parts.host;
    this.#cancelAlive = clock.schedule(clock.nowUs() + ALIVE_US, () => {
      if (!this.#parts.isValid()) return this.close();
      // A client that takes nothing is not given more.
      if (!this.#parts.response.writableNeedDrain) this.#parts.response.write(': alive\n\n');
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
        .catch(() => this.close())
        .finally(() => {
          this.#isReading = false;
          if (this.#isWanted) this.#readIn(GATHER_US);
        });
    });
  }

  /** Page after page, until there is nothing new. */
  async #readOn(): Promise<void> {
    this.#isWanted = false;
    for (;;) {
      if (this.#isClosed) return;
      if (!this.#parts.isValid()) return this.close();
      const page = await this.#page();
      if (page === undefined) {
        const { clock } = this.#parts.host;
        await new Promise<void>((resolve) => clock.schedule(clock.nowUs() + BUSY_US, resolve));
        continue;
      }
      await this.#send(page);
      if (page.seq >= page.lastSeq) return;
    }
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
