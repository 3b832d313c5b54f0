import { expect, it } from 'vitest';
import { UserError } from '../domain/errors.ts';
import { parseEngineAddress } from './engine-address.ts';

const TOKEN = 'canary-token-0123456789';

it.each([
  [
    'https://engine.example.org',
    'https://engine.example.org',
    'wss://engine.example.org/ws',
    'engine.example.org',
  ],
  [
    ' wss://Engine.example.org:8443/ ',
    'https://engine.example.org:8443',
    'wss://engine.example.org:8443/ws',
    'engine.example.org:8443',
  ],
  ['http://127.0.0.1:4777', 'http://127.0.0.1:4777', 'ws://127.0.0.1:4777/ws', '127.0.0.1:4777'],
  ['http://localhost:4777', 'http://localhost:4777', 'ws://localhost:4777/ws', 'localhost:4777'],
  ['ws://[::1]:4777', 'http://[::1]:4777', 'ws://[::1]:4777/ws', '[::1]:4777'],
])('%s', (text, origin, socketUrl, name) => {
  expect(parseEngineAddress(text)).toEqual({ origin, socketUrl, name, token: undefined });
});

it('takes the token of the full address that serve prints', () => {
  expect(parseEngineAddress(`http://127.0.0.1:4777/#token=${TOKEN}`)).toMatchObject({
    origin: 'http://127.0.0.1:4777',
    token: TOKEN,
  });
});

function problemOf(text: string) {
  try {
    parseEngineAddress(text);
  } catch (error) {
    if (error instanceof UserError) return error.problem;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

it.each([
  ['http://engine.example.org', 'address-not-encrypted'],
  ['ws://10.0.0.7:4777', 'address-not-encrypted'],
  ['http://localhost.evil.example', 'address-not-encrypted'],
  ['http://127.0.0.1.evil.example', 'address-not-encrypted'],
  ['http://1270.0.0.1', 'bad-address'],
  ['engine.example.org', 'bad-address'],
  ['engine.example.org:4777', 'bad-address'],
  ['https://engine.example.org:0', 'bad-address'],
  ['https://engine..example', 'bad-address'],
  ['file:///etc/passwd', 'bad-address'],
  ['javascript:alert(1)', 'bad-address'],
  ['https://', 'bad-address'],
  ['', 'bad-address'],
  ['https://engine.example.org/window', 'bad-address'],
  ['https://engine.example.org/?x=1', 'bad-address'],
  ['https://user:secret@engine.example.org', 'bad-address'],
  [`https://${'x'.repeat(600)}`, 'bad-address'],
])('refuses %s', (text, code) => {
  expect(problemOf(text)).toMatchObject({ code, field: 'address', remedy: expect.any(String) });
});

it('never repeats what may be a secret', () => {
  for (const text of [
    `http://engine.example.org/#token=${TOKEN}`,
    `https://engine.example.org/?token=${TOKEN}`,
    `https://me:${TOKEN}@engine.example.org`,
  ]) {
    expect(JSON.stringify(problemOf(text))).not.toContain(TOKEN);
  }
});
