import { describe, expect, it } from 'vitest';
import { Accounts } from '../../../core/accounts/accounts.ts';
import { SIGNED_CALL } from '../../../../../testing/kraken-examples.ts';
import { authenticate, signature } from './authentication.ts';

describe('API-Sign', () => {
  const { secret, path, body, nonce, signature: expected } = SIGNED_CALL;
  const accounts = new Accounts([{ name: 'doc', key: 'doc-key', secret, balances: {} }], new Set());
  const call = {
    path,
    body,
    nonce,
    apiKey: 'doc-key',
    signature: expected,
  };

  it("is Kraken's published example", () => {
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
