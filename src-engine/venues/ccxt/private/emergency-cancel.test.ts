/** The process in which an account is canceled, as it is kept and ended. */
import { expect, it } from 'vitest';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type { Connection, ConnectionEvents, Network } from '../../network.ts';
import { ccxtEmergencyCancel } from './emergency-cancel.ts';

type Line = { readonly do: string; readonly id?: number };

const CANCELED = { canceled: 2, problem: 'two have no id' };

/** Answers all calls but those that it is to keep, and counts its connections. */
class CountingNetwork implements Network {
  opened = 0;
  closed = 0;
  isMute = false;
  kept: (() => void)[] = [];

  connect(_url: string, _options: unknown, events: ConnectionEvents): Connection {
    this.opened++;
    const say = (line: object): void => events.onMessage(Buffer.from(JSON.stringify(line)));
    queueMicrotask(() => events.onOpen());
    const end = (): void => {
      this.closed++;
      queueMicrotask(() => events.onClose(1_000, ''));
    };
    return {
      send: (text) => {
        const line = JSON.parse(text) as Line;
        const reply = {
          event: 'reply',
          id: line.id,
          ok: true,
          value: { rows: [], isWhole: true, ...CANCELED },
        };
        if (line.do === 'key') queueMicrotask(() => say({ event: 'account' }));
        else if (line.do === 'ping') queueMicrotask(() => say({ event: 'pong' }));
        else if (this.isMute) this.kept.push(() => say(reply));
        else queueMicrotask(() => say(reply));
        return true;
      },
      close: end,
      terminate: end,
    };
  }

  request(): Promise<never> {
    return Promise.reject(new Error('nothing is asked here'));
  }
}

function opened() {
  const [clock, network] = [new SimulatedClock(), new CountingNetwork()];
  const credential = { key: 'a-key-of-a-test', secret: 'a secret of a test' };
  const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
  const restUrl = 'http://127.0.0.1:1';
  const open = ccxtEmergencyCancel('okx');
  const cancel = open({ clock, network, credential, nonces, restUrl, timeoutMs: 4_000 });
  const seconds = (count: number): void => clock.advanceTo(clock.nowUs() + count * 1_000_000);
  return { network, cancel, seconds };
}

const turns = async (): Promise<void> => {
  for (let n = 0; n < 30; n++) await Promise.resolve();
};

it('is not ended within a use by one that ends before it, and says what was canceled where that was not all', async () => {
  const { network, cancel, seconds } = opened();
  network.isMute = true;
  const all = cancel.cancelAll();
  await turns();
  network.isMute = false;
  expect(await cancel.countOpen()).toBe(0);
  for (let n = 0; n < 8; n++) {
    seconds(5);
    await turns();
  }
  for (const answer of network.kept) answer();
  await expect(all).rejects.toMatchObject({ canceled: 2, message: 'two have no id' });
  expect([network.opened, network.closed]).toEqual([1, 0]);
});

it('is not ended within a use by the timer of an earlier one', async () => {
  const { network, cancel, seconds } = opened();
  expect(await Promise.all([cancel.countOpen(), cancel.countOpen()])).toEqual([0, 0]);
  seconds(9);
  network.isMute = true;
  const third = cancel.countOpen();
  await turns();
  seconds(8);
  await turns();
  for (const answer of network.kept) answer();
  expect(await third).toBe(0);
  expect([network.opened, network.closed]).toEqual([1, 0]);
  seconds(16);
  await turns();
  expect(network.closed).toBeGreaterThan(0);
});
