/** Lines of a process that holds an account: what it says of the key, and of an account that it could not open. */
import { expect, it } from 'vitest';
import type { AccountReply } from './account-calls.ts';
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

const answering = (reply: AccountReply) => ({
  answer: () => Promise.resolve(reply),
  usage: () => ({ used: 1, limit: 9 }),
});
const FAILURE = {
  ok: false,
  kind: 'unknown',
  name: 'ExchangeError',
  text: `GET https://venue/?apiKey=${KEY.key}&sign=${KEY.secret} as ${KEY.passphrase}`,
} as const;

it('repeats no part of the key, whatever ccxt says of a call', async () => {
  const { said, one, settle } = server(() => Promise.resolve(answering(FAILURE)));
  one.take({ do: 'key', key: KEY, rights: 'trade' });
  one.take({ do: 'ask', id: 1, ask: { what: 'time' } });
  await settle();
  expect(said).toEqual([
    { event: 'account' },
    {
      event: 'reply',
      id: 1,
      ...FAILURE,
      text: 'GET https://venue/?apiKey=…&sign=… as …',
      usage: { used: 1, limit: 9 },
    },
  ]);
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
