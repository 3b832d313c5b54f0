/** The network of a watchdog: the web, and the process with a class of ccxt in which an account is canceled. It reaches no keychain. */
import { CcxtNetwork, isCcxtUrl } from './ccxt/process-network.ts';
import type { ConnectOptions, Connection, ConnectionEvents } from './network.ts';
import { WebNetwork } from './web-network.ts';

export class WatchdogNetwork extends WebNetwork {
  readonly #ccxt = new CcxtNetwork();

  override connect(url: string, options: ConnectOptions, events: ConnectionEvents): Connection {
    return isCcxtUrl(url) ? this.#ccxt.connect(url, options, events) : super.connect(url, options, events);
  }
}
