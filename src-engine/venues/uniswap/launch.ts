/** A process that reads pools: which program runs it, and what it is given. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ProcessNetwork } from '../toolkit/process-network.ts';
import {
  guardedNode,
  launchSide,
  type SideCommand,
  type SideEars,
  type SideProcess,
} from '../toolkit/side-process.ts';
import { launchAccount } from './account/launch.ts';
import { readChainAddress } from './address.ts';
import { type Endpoint, noEndpoint, writtenEndpoint } from './endpoint.ts';
import { readLocalChain } from './local-chain.ts';

/** Reads what is stored, each time a process starts and now and then while it runs; undefined: nothing is. */
export type EndpointOf = () => Promise<Endpoint | undefined>;

const MAX_HEAP_MB = 256;
/** So long after it was changed another endpoint is asked at the latest. */
const LOOK_MS = 30_000;

/** Pools as a network: one process a version, which is given the endpoint by its first line and by nothing else; and one for each account. */
export class ChainNetwork extends ProcessNetwork {
  /** @param endpointOf of pools of a public chain; where it always answers undefined, those of a local one alone are reached. */
  constructor(endpointOf: EndpointOf, start: typeof spawn = spawn) {
    super({
      name: 'Uniswap’s pools',
      launch: (url, ears) => {
        const { version, folder, isAccount } = readChainAddress(url);
        if (folder === undefined) return launchChain(start, version, endpointOf, ears);
        return isAccount
          ? launchAccount(start, version, folder, ears)
          : launchSide(start, () => localCommand(version, folder), ears);
      },
      keyOf: (url) => {
        const { version, folder, isAccount } = readChainAddress(url);
        return JSON.stringify([version, folder, isAccount]);
      },
      callOf: (url) => readChainAddress(url).call,
    });
  }
}

function localCommand(version: 'v2' | 'v3', folder: string) {
  const first = readLocalChain(folder).then(({ endpoint, deployment }) => {
    return { version, endpoint, deployment, chainId: deployment.chainId };
  });
  return { ...nodeArgs(), first };
}

function launchChain(
  start: typeof spawn,
  version: 'v2' | 'v3',
  endpointOf: EndpointOf,
  ears: SideEars,
): SideProcess {
  let given: Endpoint | undefined;
  const first = async (): Promise<object> => {
    given = await endpointOf();
    if (given === undefined) throw noEndpoint();
    return { version, ...given };
  };
  const ended = (reason: string): void => {
    clearInterval(timer);
    ears.ended(reason);
  };
  const command = () => ({ ...nodeArgs(), first: first() });
  const side = launchSide(start, command, { said: (line) => ears.said(line), ended });
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  /** What was stored since is used at once: the process goes on with it, or ends where there is none any longer. */
  const look = async (): Promise<void> => {
    let stored: Endpoint | undefined;
    try {
      stored = await endpointOf();
    } catch {
      // What cannot be read now is read again: the one that is known holds until then.
      return;
    }
    if (given === undefined || (stored !== undefined && writtenEndpoint(stored) === writtenEndpoint(given)))
      return;
    // What its input has no room for is tried again at the next look.
    if (stored !== undefined && !side.write(`${JSON.stringify({ do: 'endpoint', ...stored })}\n`)) return;
    given = stored;
    if (stored === undefined) side.kill();
  };
  return side;
}

/** In the sources it reads those of this folder and installed packages. */
function nodeArgs(): Pick<SideCommand, 'program' | 'args'> {
  const path = (from: string): string => fileURLToPath(new URL(from, import.meta.url));
  const readable = [
    path('../../lib/retry-after.ts'),
    path('./*'),
    path('../../../node_modules/*'),
    path('../../../package.json'),
  ];
  return guardedNode(import.meta.url, './process/main.ts', 'pools', readable, MAX_HEAP_MB);
}
