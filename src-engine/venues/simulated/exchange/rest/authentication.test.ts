import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Accounts } from '../accounts/accounts.ts';
import { authenticate, signature } from './authentication.ts';

type SigningExample = {
  readonly exchange: string;
  readonly secret: string;
  readonly nonce: string;
  readonly path: string;
  readonly body: string;
  readonly expected: string;
};

const EXAMPLES = new URL('../../../../../../shared/data/known-answers/signatures.json', import.meta.url);

function published(): SigningExample {
  const examples = JSON.parse(readFileSync(EXAMPLES, 'utf8')) as SigningExample[];
  const example = examples.find((entry) => entry.exchange === 'kraken');
  if (example === undefined) throw new Error('signatures.json has no example of kraken');
  return example;
}

describe('API-Sign', () => {
  const example = published();
  const accounts = new Accounts([{ name: 'doc', key: 'doc-key', secret: example.secret, balances: {} }]);
  const call = {
    path: example.path,
    body: example.body,
    nonce: example.nonce,
    apiKey: 'doc-key',
    signature: example.expected,
  };

  it("is Kraken's published example", () => {
    const { path, nonce, body, secret, expected } = example;
    expect(signature(path, nonce, body, Buffer.from(secret, 'base64'))).toBe(expected);
  });

  it('lets a call in once: its nonce must rise', () => {
    expect(authenticate(accounts, call).name).toBe('doc');
    expect(() => authenticate(accounts, call)).toThrow('EAPI:Invalid nonce');
  });

  it('refuses an unknown key, a wrong signature, and a body that was changed', () => {
    expect(() => authenticate(accounts, { ...call, apiKey: 'other' })).toThrow('EAPI:Invalid key');
    expect(() => authenticate(accounts, { ...call, apiKey: undefined })).toThrow('EAPI:Invalid key');
    expect(() => authenticate(accounts, { ...call, signature: 'AAAA' })).toThrow('EAPI:Invalid signature');
    const changed = { ...call, body: `${call.body}0` };
    expect(() => authenticate(accounts, changed)).toThrow('EAPI:Invalid signature');
    expect(() => authenticate(accounts, { ...call, nonce: 'x' })).toThrow('EAPI:Invalid nonce');
  });
});
