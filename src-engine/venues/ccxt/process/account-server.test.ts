/** Lines of a process that holds an account: what it says of the key, and of an account that it could not open. */
import { expect, it } from 'vitest';
import { AccountServer, type AccountServerOptions } from './account-server.ts';

const KEY = { key: 'the-key-of-a-test', secret: 'the-secret-of-a-test', passphrase: 'a phrase' };

function server(open: NonNullable<AccountServerOptions['open']>) {
  const said: object[] = [];
  const one = new AccountServer({
    root: '',
    id: 'okx',
    nowMs: () => 0,
    say: (line) => said.push(line),
    open,
  });
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) await Promise.resolve();
  };
  return { said, one, settle };
}

it('no line has a part of the key, in whatever form and wherever it stands; what is no word keeps short parts', async () => {
  const key = { key: 'key+of/a=test', secret: 'say "secret"', passphrase: '4000' };
  const { said, one, settle } = server(() =>
    Promise.resolve({
      answer: () =>
        Promise.resolve({
          ok: true,
          value: [
            { venueOrderId: '14000', qty: '0.40001', problem: 'row 4000 of key%2Bof%2Fa%3Dtest' },
            { names: ['say+%22secret%22', JSON.stringify({ a: key.secret }), key.key] },
          ],
        }),
      usage: () => ({ used: 1, limit: 9 }),
    }),
  );
  one.take({ do: 'key', key, rights: 'trade' });
  one.take({ do: 'ask', id: 4_000, ask: { what: 'balances' } });
  await settle();
  expect(said[0]).toEqual({ event: 'account' });
  expect(said[1]).toEqual({
    event: 'reply',
    id: 4_000,
    ok: true,
    value: [
      { venueOrderId: '14000', qty: '0.40001', problem: 'row … of …' },
      { names: ['…', '{"a":"…"}', '…'] },
    ],
    usage: { used: 1, limit: 9 },
  });
});

it('says why an account could not be opened, without the key, and that nothing was sent', async () => {
  const { said, one, settle } = server(() => Promise.reject(new Error(`bad ${KEY.secret}`)));
  one.take({ do: 'ask', id: 1, ask: { what: 'time' } });
  one.take({ do: 'key', key: KEY, rights: 'trade' });
  one.take({ do: 'ask', id: 2, ask: { what: 'time' } });
  one.take({ do: 'ping' });
  await settle();
  expect(said).toContainEqual({ event: 'closed', text: 'Error bad …' });
  expect(said).toContainEqual({ event: 'pong' });
  for (const id of [1, 2])
    expect(said).toContainEqual(expect.objectContaining({ event: 'reply', id, ok: false, kind: 'not-sent' }));
  expect(JSON.stringify(said)).not.toContain(KEY.secret);
});
