/** ccxt's classes as the network of their adapters, each in a process of its own: one takes 80 MB and more. */
import { ProcessNetwork } from '../toolkit/process-network.ts';
import { CCXT_SCHEME, readCcxtAddress } from './address.ts';
import { type LaunchCcxt, launchCcxt } from './launch.ts';

export const isCcxtUrl = (url: string): boolean => url.startsWith(CCXT_SCHEME);

export class CcxtNetwork extends ProcessNetwork {
  constructor(launch: LaunchCcxt = launchCcxt) {
    super({
      name: 'ccxt',
      launch: (url, ears) => {
        const { id, origin, isAccount } = readCcxtAddress(url);
        return launch(isAccount ? { id, origin, isAccount } : { id, origin }, ears);
      },
      keyOf: (url) => {
        const { id, origin, isAccount } = readCcxtAddress(url);
        return JSON.stringify([id, origin, isAccount]);
      },
      callOf: (url) => readCcxtAddress(url).call,
    });
  }
}
