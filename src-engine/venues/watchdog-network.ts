/** The network of a watchdog: the web, and the processes in which an account of ccxt or a wallet of the local chain is canceled. It reaches no keychain. */
import { CcxtNetwork, isCcxtUrl } from './ccxt/process-network.ts';
import type { ConnectOptions, Connection, ConnectionEvents } from './network.ts';
import { isChainUrl } from './uniswap/address.ts';
import { ChainNetwork } from './uniswap/launch.ts';
import { WebNetwork } from './web-network.ts';

export class WatchdogNetwork extends WebNetwork {
  readonly #ccxt = new CcxtNetwork();
  /** Without the endpoint of a public chain, on which nothing can have been sent. */
  readonly #chain = new ChainNetwork(() => Promise.resolve(undefined));

  override connect(url: string, options: ConnectOptions, events: ConnectionEvents): Connection {
    if (isChainUrl(url)) return this.#chain.connect(url, options, events);
    return isCcxtUrl(url) ? this.#ccxt.connect(url, options, events) : super.connect(url, options, events);
  }
}
