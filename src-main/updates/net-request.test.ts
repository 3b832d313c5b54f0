import type { ClientRequest } from 'electron';
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { askOnce } from './net-request.ts';

/** As Electron's request emits. */
class Asked extends EventEmitter {
  isAborted = false;
  end(): void {}
  abort(): void {
    this.isAborted = true;
  }
}

function asking(signal = new AbortController().signal) {
  const asked = new Asked();
  const options: unknown[] = [];
  const request = (given: unknown): ClientRequest => {
    options.push(given);
    return asked as unknown as ClientRequest;
  };
  return { asked, options, answer: askOnce(request, 'https://r.example/u.json', signal) };
}

it('a redirect is an answer with its address, and is not followed', async () => {
  const { asked, options, answer } = asking();
  asked.emit('redirect', 302, 'GET', 'http://other.example/u.json', {});
  asked.emit('error', new Error('Redirect was cancelled'));
  const { status, headers } = await answer;
  expect([status, headers.get('location')]).toEqual([302, 'http://other.example/u.json']);
  expect(options).toEqual([{ url: 'https://r.example/u.json', redirect: 'manual' }]);
});

it.each([999, 100])(
  'an answer of status %i is a failure of this question, and of nothing else',
  async (statusCode) => {
    const { asked, answer } = asking();
    const failed = expect(answer).rejects.toThrow(/status/i);
    asked.emit('response', Object.assign(Readable.from([]), { statusCode }));
    await failed;
    expect(asked.isAborted).toBe(true);
  },
);

it('an answer has its status and its bytes; a connection that fails has none', async () => {
  const { asked, answer } = asking();
  asked.emit(
    'response',
    Object.assign(Readable.from([Buffer.from('ab'), Buffer.from('c')]), { statusCode: 200 }),
  );
  expect(await (await answer).text()).toBe('abc');
  const empty = asking();
  empty.asked.emit('response', Object.assign(Readable.from([]), { statusCode: 304 }));
  expect((await empty.answer).body).toBeNull();
  const failed = asking();
  failed.asked.emit('error', new Error('net::ERR_NAME_NOT_RESOLVED'));
  await expect(failed.answer).rejects.toThrow(/NAME_NOT_RESOLVED/);
});

it('is ended by its signal, before and while it is under way', async () => {
  const stop = new AbortController();
  const { asked, answer } = asking(stop.signal);
  stop.abort();
  await expect(answer).rejects.toThrow(/abort/i);
  expect(asked.isAborted).toBe(true);
  await expect(asking(stop.signal).answer).rejects.toThrow(/abort/i);
});
