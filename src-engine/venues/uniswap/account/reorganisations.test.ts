import { afterEach, expect, it } from 'vitest';
import { until } from '../../../testing/until.ts';
import { WalletAccount } from '../testing/wallet-account.ts';

const opened: WalletAccount[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.venue.stop();
});

/** An order that was booked, whose block another one replaces. */
async function takenBack(rig: WalletAccount): Promise<string> {
  const { chain } = rig.process;
  const [accepted, fills] = [rig.of('accepted').length, rig.of('fill').length];
  const orderId = rig.place('sell', '2980');
  await until(() => expect(rig.of('accepted').length).toBe(accepted + 1));
  chain.mine(1);
  await until(() => {
    rig.process.look();
    expect(rig.of('fill').length).toBe(fills + 1);
  });
  chain.takeBack();
  chain.waiting = [];
  chain.mine(1);
  await until(() => {
    rig.process.look();
    expect(rig.of('link').at(-1)?.state).toBe('down');
  });
  return orderId;
}

it('of two reorganisations in a row the first is named with the second, as it may not be taken over yet', async () => {
  const rig = new WalletAccount();
  opened.push(rig);
  await rig.connect();
  const first = await takenBack(rig);
  rig.process.chain.idleS = 600;
  await until(() => {
    rig.process.look();
    expect(rig.of('link').at(-1)?.state).toBe('up');
  });
  rig.process.chain.idleS = 0;
  const second = await takenBack(rig);
  const { takenBack: both } = await rig.compared();
  expect(both?.reason).toContain(first);
  expect(both?.reason).toContain(second);
  rig.process.chain.idleS = 600;
  await until(() => {
    rig.process.look();
    expect(rig.of('link').at(-1)?.state).toBe('up');
  });
  expect((await rig.compared()).takenBack).toEqual(both);
});

it('a block that comes twice is looked at once, and books nothing again', async () => {
  const rig = new WalletAccount();
  opened.push(rig);
  await rig.connect();
  rig.place('sell', '2980');
  await rig.reported('accepted');
  await rig.mined('fill');
  const { chain } = rig.process;
  // Another machine of the endpoint lacks it, and then it is there again.
  chain.lag(true);
  const asked = chain.asked.length;
  await until(() => {
    rig.process.look();
    expect(chain.asked.length).toBeGreaterThan(asked);
  });
  chain.lag(false);
  await rig.compared();
  expect(rig.kinds()).toBe('accepted fill');
  expect(rig.of('link').at(-1)?.state).toBe('up');
});
