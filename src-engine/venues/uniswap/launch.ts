/** A process that reads pools: which program runs it, and what it is given. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../domain/errors.ts';
import { ProcessNetwork } from '../toolkit/process-network.ts';
import { guardedArgs, launchSide, type SideEars, type SideProcess } from '../toolkit/side-process.ts';
import { readChainAddress } from './address.ts';
import { type Endpoint, noEndpoint } from './endpoint.ts';

/** Reads what is stored, each time a process starts; undefined: nothing is. */
export type EndpointOf = () => Promise<Endpoint | undefined>;

const MAX_HEAP_MB = 256;

/** Pools as a network: one process a version, which is given the endpoint by its first line and by nothing else. */
export class ChainNetwork extends ProcessNetwork {
  constructor(endpointOf: EndpointOf, start: typeof spawn = spawn) {
    super({
      name: 'Uniswap’s pools',
      launch: (url, ears) => launchChain(start, readChainAddress(url).version, endpointOf, ears),
      keyOf: (url) => readChainAddress(url).version,
      callOf: (url) => readChainAddress(url).call,
    });
  }
}

function launchChain(
  start: typeof spawn,
  version: 'v2' | 'v3',
  endpointOf: EndpointOf,
  ears: SideEars,
): SideProcess {
  const command = () => ({
    program: process.execPath,
    args: argsOf(),
    first: firstLine(version, endpointOf),
  });
  return launchSide(start, command, ears);
}

async function firstLine(version: 'v2' | 'v3', endpointOf: EndpointOf): Promise<object> {
  const stored = await endpointOf();
  if (stored === undefined) throw noEndpoint();
  return { version, ...stored };
}

/** Its own files, and those of installed packages. @throws UserError in the packaged desktop. */
function argsOf(): readonly string[] {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) {
    throw new UserError({
      code: 'no-chain',
      field: 'chain',
      message: 'is not part of the packaged desktop',
      remedy:
        'Run the engine from its sources (npm ci, npm run -s parallax -- serve) and connect the desktop to it.',
    });
  }
  const folder = fileURLToPath(new URL('.', here));
  const root = fileURLToPath(new URL('../../../', here));
  const readable = [join(folder, '*'), join(root, 'node_modules', '*'), join(root, 'package.json')];
  return guardedArgs(join(folder, 'process', 'main.ts'), readable, MAX_HEAP_MB);
}
