/** Adopting what a venue shows while a transfer counts some of it as on its way. */
import { expect, it } from 'vitest';
import { AccountRig } from '../../testing/account-rig.ts';
import { EAST, twoVenuesHolding, WEST } from '../../testing/two-venues.ts';
import { checkAdoptable } from './account-controls.ts';

it('is refused until the transfer is canceled', () => {
  const rig = new AccountRig(twoVenuesHolding({ 'BTC@east': '1', 'BTC@west': '0.2' }));
  const way = { coin: 'BTC', amount: '0.4', from: EAST, to: WEST, network: 'Lightning' };
  rig.command({ type: 'declareTransfer', request: { ...way, fee: '0.001', minutes: 10 } });
  const show = (total: string): void => {
    for (let look = 0; look < 3; look++) {
      rig.answer({ balances: [{ asset: 'BTC', total }] }, WEST);
      rig.pass(2);
    }
  };
  show('0.58');
  expect(() => checkAdoptable(rig.kernel, WEST)).toThrow(
    /venue: "west" shows another balance of BTC, of which a transfer is open there.*Cancel the transfer first/,
  );
  rig.command({ type: 'cancelTransfer', transferId: 'run-t1' });
  show('0.58');
  expect(() => checkAdoptable(rig.kernel, WEST)).not.toThrow();
  expect(() => checkAdoptable(rig.kernel, EAST)).toThrow(/no balances that differ/);
});
