/**
 * A typed client of Parallax' API for Node 22 and newer, Deno, Bun and browsers, without dependencies. Copy this folder.
 *
 *     const parallax = new Parallax('http://127.0.0.1:4777', process.env.PARALLAX_KEY ?? '');
 *     const { killed } = await parallax.get('status', {});
 *     for await (const order of parallax.pages('orders', { limit: 100 })) console.log(order.orders);
 *     for await (const event of parallax.events({})) console.log(event.id, event.type, event.data);
 */
import type { Operations, ProblemDetails, Resources } from './types.ts';

export type { Operations, Resources } from './types.ts';

/** A refusal by the engine: `problem.code` is meant for programs, `problem.remedy` says what to do. */
export class ParallaxError extends Error {
  readonly problem: ProblemDetails;

  constructor(problem: ProblemDetails) {
    super(problem.detail);
    this.problem = problem;
  }
}

type Paged = {
  [N in keyof Resources]: Resources[N]['output'] extends { next: string | null } ? N : never;
}[keyof Resources];
export type StreamedEvent = { readonly id: string; readonly type: string; readonly data: unknown };

/** Without a sign of life for so long a stream is made anew: the engine sends one every 15 s. */
const SILENCE_MS = 45_000;
const RETRY_MS = 1_000;

export class Parallax {
  readonly #url: string;
  readonly #key: string;

  /** @param key a token of the engine, or a key made by `parallax api-key add`. */
  constructor(url: string, key: string) {
    this.#url = url.replace(/\/$/, '');
    this.#key = key;
  }

  /** One resource, or one page of it. @throws ParallaxError when the engine refuses. */
  async get<N extends keyof Resources>(
    name: N,
    query: Resources[N]['query'],
  ): Promise<Resources[N]['output']> {
    const address = new URL(`${this.#url}/api/v1/${name}`);
    for (const [field, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(field, String(value));
    }
    return (await this.#ask(address, {})) as Resources[N]['output'];
  }

  /** Every page of a list, the newest first. */
  async *pages<N extends Paged>(
    name: N,
    query: Resources[N]['query'],
  ): AsyncGenerator<Resources[N]['output']> {
    let cursor: string | null | undefined;
    do {
      const page = await this.get(name, { ...query, ...(cursor ? { cursor } : {}) });
      yield page;
      ({ next: cursor } = page as { next: string | null });
    } while (cursor !== null);
  }

  /** One operation of the contract. @throws ParallaxError when the engine refuses. */
  async call<N extends keyof Operations>(
    name: N,
    input: Operations[N]['input'],
  ): Promise<Operations[N]['output']> {
    const body = JSON.stringify(input);
    const headers = { 'content-type': 'application/json' };
    const address = new URL(`${this.#url}/api/v1/operations/${name}`);
    return (await this.#ask(address, { method: 'POST', headers, body })) as Operations[N]['output'];
  }

  /** The journal as it is written; a stream that breaks is continued behind the last event. @param after an id of before. */
  async *events({ after, signal }: { after?: string; signal?: AbortSignal }): AsyncGenerator<StreamedEvent> {
    let last = after;
    const isOver = (): boolean => signal?.aborted === true;
    while (!isOver()) {
      try {
        const remember = (id: string): void => {
          last = id;
        };
        for await (const event of this.#stream(last, signal, remember)) {
          last = event.id;
          yield event;
          // What came with it is left for the next time.
          if (isOver()) return;
        }
      } catch (error) {
        if (error instanceof ParallaxError && error.problem.status < 500 && error.problem.status !== 429)
          throw error;
      }
      if (isOver()) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** @param remember is given the place of each comment that has one: it counts before there is any event. */
  async *#stream(
    last: string | undefined,
    signal: AbortSignal | undefined,
    remember: (id: string) => void,
  ): AsyncGenerator<StreamedEvent> {
    const silent = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const alive = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
    };
    alive();
    try {
      const response = await fetch(`${this.#url}/api/v1/events`, {
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(last === undefined ? {} : { 'last-event-id': last }),
        },
        signal: signal === undefined ? silent.signal : AbortSignal.any([signal, silent.signal]),
      });
      if (!response.ok || response.body === null)
        throw new ParallaxError((await response.json()) as ProblemDetails);
      const decoder = new TextDecoder();
      let text = '';
      for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
        alive();
        text += decoder.decode(bytes, { stream: true });
        const frames = text.split('\n\n');
        text = frames.pop() ?? '';
        for (const frame of frames) {
          const { id, type, data } = fieldsOf(frame);
          if (id === undefined) continue;
          if (type === undefined || data === undefined) remember(id);
          else yield { id, type, data: JSON.parse(data) as unknown };
        }
      }
    } finally {
      clearTimeout(timer);
      silent.abort();
    }
  }

  async #ask(address: URL, options: RequestInit): Promise<unknown> {
    const headers = {
      ...(options.headers as Record<string, string> | undefined),
      authorization: `Bearer ${this.#key}`,
    };
    const response = await fetch(address, { ...options, headers });
    if (!response.ok) throw new ParallaxError((await response.json()) as ProblemDetails);
    return response.json();
  }
}

/** One frame of the stream; a comment has no type and no data, and may have an id. */
function fieldsOf(frame: string): { readonly id?: string; readonly type?: string; readonly data?: string } {
  const fields = new Map(
    frame.split('\n').map((line): [string, string] => {
      const at = line.indexOf(': ');
      return at <= 0 ? ['', ''] : [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  const [id, type, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
  return {
    ...(id === undefined ? {} : { id }),
    ...(type === undefined ? {} : { type }),
    ...(data === undefined ? {} : { data }),
  };
}
