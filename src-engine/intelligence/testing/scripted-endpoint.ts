/** Feeds and an OpenAI-compatible endpoint as far as their documents say: the test says what they answer. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string };
type Answer = (response: ServerResponse) => void;

/** A chat completion as it is documented, with this content. */
export function completion(content: string, tokens = 321, more: object = {}): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'small-model-2026',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
        ...more,
      },
    ],
    usage: { prompt_tokens: tokens - 21, completion_tokens: 21, total_tokens: tokens },
  };
}

export const says = (sentiment: number, confidence = 0.5, hours = 6): string =>
  JSON.stringify({ sentiment, confidence, hours });

export const rss = (
  ...items: readonly (readonly [title: string, description?: string, date?: string])[]
): string =>
  `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>News</title>${items
    .map(
      ([title, description = '', date = '']) =>
        `<item><title>${title}</title><description>${description}</description><pubDate>${date}</pubDate></item>`,
    )
    .join('')}</channel></rss>`;

export class ScriptedEndpoint {
  readonly asked: Asked[] = [];
  readonly feeds = new Map<string, string>();
  /** The next answers of the endpoint, in order; the last one stays. */
  readonly answers: Answer[] = [];
  address = '';
  readonly #server: Server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const part of request) body += String(part);
      const path = request.url ?? '';
      if (path !== '/v1/chat/completions') {
        const feed = this.feeds.get(path);
        response.writeHead(feed === undefined ? 404 : 200, { 'content-type': 'application/xml' }).end(feed);
        return;
      }
      this.asked.push({ path, headers: request.headers, body });
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      answer?.(response);
    })();
  });

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  answer(body: object | string, status = 200, headers: Record<string, string> = {}): this {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.answers.push((response) => response.writeHead(status, headers).end(text));
    return this;
  }
}
