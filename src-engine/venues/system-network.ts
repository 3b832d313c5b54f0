/** The machine's network: WebSockets and HTTP, and processes with classes of ccxt or pools of a chain. */
import { openSecrets } from '../secrets/secret-store.ts';
import { CcxtNetwork, isCcxtUrl } from './ccxt/process-network.ts';
import type {
  ConnectOptions,
  Connection,
  ConnectionEvents,
  HttpAnswer,
  HttpRequest,
  Network,
} from './network.ts';
import { isChainUrl } from './uniswap/address.ts';
import { ENDPOINT_ENTRY, storedEndpoint } from './uniswap/endpoint.ts';
import { ChainNetwork } from './uniswap/launch.ts';
import { WebNetwork } from './web-network.ts';

/** One for all: a venue's calls and its books share a process. */
const ccxt = new CcxtNetwork();
const chain = new ChainNetwork(async () => storedEndpoint(await openSecrets().get(ENDPOINT_ENTRY)));

export class SystemNetwork implements Network {
  readonly #web = new WebNetwork();

  /** @throws SyntaxError when `url` is not a WebSocket address. */
  connect(url: string, options: ConnectOptions, events: ConnectionEvents): Connection {
    if (isCcxtUrl(url)) return ccxt.connect(url, options, events);
    if (isChainUrl(url)) return chain.connect(url, options, events);
    return this.#web.connect(url, options, events);
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    if (isCcxtUrl(request.url)) return await ccxt.request(request);
    if (isChainUrl(request.url)) return await chain.request(request);
    return await this.#web.request(request);
  }
}
