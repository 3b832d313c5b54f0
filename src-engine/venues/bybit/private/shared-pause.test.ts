/** What Bybit asks of this address concerns the public feed and the account alike; what it asks of the account, the account alone. */
import { expect, it } from 'vitest';
import type { HttpAnswer } from '../../network.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { BybitRest } from '../rest.ts';
import { BybitCredentials } from './credentials.ts';
import { PrivateRest } from './private-rest.ts';
import { KEY, ok, ScriptedAccount, SECRET } from './testing/scripted-account.ts';

function rig(answer: (peer: ScriptedAccount) => HttpAnswer) {
  const peer = new ScriptedAccount();
  peer.rest.set('GET /v5/account/wallet-balance', () => answer(peer));
  peer.rest.set('POST /v5/order/cancel-all', () => ok({ list: [] }));
  const { clock } = peer;
  const common = { clock, network: peer, pause: new RequestPause() };
  const credentials = new BybitCredentials(KEY, SECRET);
  const rest = new PrivateRest({ ...common, credentials, skew: new ClockSkew(), baseUrl: 'http://venue' });
  const feed = new BybitRest({ ...common, baseUrl: 'http://venue' });
  const balances = (): Promise<unknown> => rest.get('/v5/account/wallet-balance');
  return { peer, clock, rest, feed, balances };
}

it('the limit of an account holds its questions until it ends, no cancel and no public call', async () => {
  const { peer, clock, rest, feed, balances } = rig(({ serverMs }) => ({
    status: 200,
    body: JSON.stringify({ retCode: 10_006, retMsg: 'Too many visits!', time: serverMs }),
    headers: { 'x-bapi-limit-reset-timestamp': String(serverMs + 400) },
  }));
  peer.skewMs = 3_000;
  await expect(balances()).rejects.toMatchObject({ name: 'Throttled', retryAfterMs: 400 });
  await expect(balances()).rejects.toThrow(/was not sent: the venue asks for a pause/);
  await feed.time();
  await rest.measureSkew();
  await rest.post('/v5/order/cancel-all', {});
  clock.advanceTo(clock.nowUs() + 400_000);
  peer.rest.set('GET /v5/account/wallet-balance', () => ok({ list: [] }));
  await balances();
});

it('a limit of the address holds the public feed too', async () => {
  const { feed, balances } = rig(() => ({ status: 429, body: '' }));
  await expect(balances()).rejects.toThrow('status 429 (the venue asks for a pause for 5 s');
  await expect(feed.time()).rejects.toMatchObject({ name: 'Throttled', retryAfterMs: 5_000 });
});
