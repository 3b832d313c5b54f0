/** Lines of a process that holds an account: what it says of the key, and of an account that it could not open. */
import { expect, it } from 'vitest';
import { AccountServer, type AccountServerOptions } from './account-server.ts';
import { failureOf } from './failure.ts';

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

it('repeats no part of the key, whatever ccxt says of a call, and wherever that is cut', async () => {
  const { said, one, settle } = server((options) =>
    Promise.resolve({
      answer: () =>
        Promise.resolve({
          ok: false,
          kind: 'unknown',
          name: 'Error',
          text: failureOf(
            new Error(`?apiKey=${KEY.key}&as=${KEY.passphrase}&${'x'.repeat(145)}&sign=${KEY.secret}`),
            options.mask,
          ).text,
        }),
      usage: () => ({ used: 1, limit: 9 }),
    }),
  );
  one.take({ do: 'key', key: KEY, rights: 'trade' });
  one.take({ do: 'ask', id: 1, ask: { what: 'time' } });
  await settle();
  expect(said[0]).toEqual({ event: 'account' });
  const { text } = said[1] as { readonly text: string };
  expect(text).toMatch(/^Error \?apiKey=…&as=…&x+&sign=…$/);
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
