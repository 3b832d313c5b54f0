import { EDGE_SECONDS } from '../../venues/local-exchange/core/flow/dislocations.ts';
import { startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';
import { type Command, EXIT_DONE, numberOption } from '../command.ts';
import { untilStopped } from '../until-stopped.ts';

export const exchange: Command = {
  name: 'exchange',
  summary: 'Runs the local exchange: a simulated venue that speaks Kraken’s protocols, on loopback.',
  usage:
    '[--port N] [--seed S] [--updates-per-second N] [--edge-seconds S] [--seconds N] [--no-listed-fees] [--json]',
  options: {
    port: { type: 'string' },
    seed: { type: 'string' },
    'updates-per-second': { type: 'string' },
    'edge-seconds': { type: 'string' },
    seconds: { type: 'string' },
    'no-listed-fees': { type: 'boolean' },
  },
  async run(args, output) {
    const port = numberOption(args, 'port', { min: 0, max: 65_535, integer: true }) ?? 0;
    const seed = numberOption(args, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true });
    const updatesPerSecond = numberOption(args, 'updates-per-second', { min: 0, max: 20_000 });
    const seconds = numberOption(args, 'seconds', { min: 1, max: 31_536_000 });
    const local = await startLocalExchange({
      port,
      edgeSeconds: numberOption(args, 'edge-seconds', EDGE_SECONDS),
      listsFees: args.values['no-listed-fees'] !== true,
      ...(seed === undefined ? {} : { seed }),
      ...(updatesPerSecond === undefined ? {} : { updatesPerSecond }),
    });
    const addresses = { simulated: true, url: local.url, webSocket: `${local.wsUrl}/v2`, port: local.port };
    output.result(addresses, `simulated exchange at ${local.url} (WebSocket v2 at ${addresses.webSocket})`);
    output.note('This is no real market. Stop it with Ctrl+C.');
    await untilStopped(seconds);
    await local.stop();
    return EXIT_DONE;
  },
};
